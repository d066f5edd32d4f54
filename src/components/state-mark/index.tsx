import { View } from '@tarojs/components';

import './index.scss';

export type StateTone = 'success' | 'danger' | 'warning' | 'neutral' | 'busy';

/** A large mark that shows a state by form as well as colour. Words beside it say the same. */
export function StateMark({ tone }: { readonly tone: StateTone }) {
  return (
    <View className={`state-mark state-mark--${tone}`} aria-hidden>
      <View className="state-mark__sign" />
    </View>
  );
}
