import { Text, View } from '@tarojs/components';
import { useReducer } from 'react';

import { host } from '../../host';
import { t } from '../../i18n';
import { accessible } from '../accessible';

import { AMOUNT_KEYS, pressKey, type AmountKey } from './amount';

import './index.scss';

interface TypedAmount {
  readonly typed: string;
  /** Whether the last key changed nothing, because it would have made a wrong amount. */
  readonly refused: boolean;
}

/** An amount as it is typed. Keys are applied in the order they are pressed, drawn in between or not. */
export const useTypedAmount = (first: string) =>
  useReducer(
    ({ typed }: TypedAmount, key: AmountKey): TypedAmount => {
      const next = pressKey(typed, key);
      return { typed: next, refused: next === typed && key !== 'delete' };
    },
    { typed: first, refused: false },
  );

interface AmountKeypadProps {
  readonly onPress: (key: AmountKey) => void;
}

const ID: Readonly<Partial<Record<AmountKey, string>>> = { '.': 'key-dot', delete: 'key-del' };

function label(key: AmountKey): string {
  if (key === '.') return t('keypad.dot');
  return key === 'delete' ? t('keypad.delete') : key;
}

/** The keys that an amount is entered with. A wrong amount cannot be entered. */
export function AmountKeypad({ onPress }: AmountKeypadProps) {
  const press = (key: AmountKey): void => {
    host.vibrate();
    onPress(key);
  };
  return (
    <View className="amount-keypad">
      {AMOUNT_KEYS.map((key) => (
        <View
          key={key}
          id={ID[key] ?? `key-${key}`}
          className="amount-keypad__key"
          hoverClass="amount-keypad__key--pressed"
          hoverStayTime={60}
          onClick={() => press(key)}
          {...accessible('button', label(key))}
        >
          {key === 'delete' ? (
            <View className="amount-keypad__delete" />
          ) : (
            <Text className="amount-keypad__digit">{key}</Text>
          )}
        </View>
      ))}
    </View>
  );
}
