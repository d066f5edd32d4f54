import { Text, View } from '@tarojs/components';

import { accessible } from '../accessible';

import './index.scss';

interface SegmentsProps<Value extends string> {
  /** Prefix of the ids of the choices. */
  readonly name: string;
  readonly choices: readonly { readonly value: Value; readonly text: string }[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** One choice out of a few, all of them in sight. */
export function Segments<Value extends string>({ name, choices, chosen, onChoose }: SegmentsProps<Value>) {
  return (
    <View className="segments">
      {choices.map(({ value, text }) => {
        const checked = value === chosen;
        return (
          <View
            key={value}
            id={`${name}-${value}`}
            className={`segments__choice ${checked ? 'segments__choice--chosen' : ''}`}
            onClick={() => onChoose(value)}
            {...accessible('radio', text, { checked })}
          >
            <Text>{text}</Text>
          </View>
        );
      })}
    </View>
  );
}
