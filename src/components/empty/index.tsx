import { Text, View } from '@tarojs/components';

import './index.scss';

/** What stands where a list would be. */
export function Empty({ text }: { readonly text: string }) {
  return (
    <View className="empty" id="empty">
      <View className="empty__mark" />
      <Text>{text}</Text>
    </View>
  );
}
