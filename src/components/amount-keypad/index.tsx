import { Text, View } from '@tarojs/components';
import { useEffect, useRef } from 'react';

import { host } from '../../host';
import { t } from '../../i18n';
import { accessible } from '../accessible';

import { AMOUNT_KEYS, pressKey, type AmountKey } from './amount';

import './index.scss';

interface AmountKeypadProps {
  readonly typed: string;
  readonly onChange: (typed: string) => void;
  /** Told when a key changed nothing because it would have made a wrong amount. */
  readonly onRefused: () => void;
}

const ID: Readonly<Partial<Record<AmountKey, string>>> = { '.': 'key-dot', delete: 'key-del' };

function label(key: AmountKey): string {
  if (key === '.') return t('keypad.dot');
  return key === 'delete' ? t('keypad.delete') : key;
}

/** The keys that an amount is entered with. A wrong amount cannot be entered. */
export function AmountKeypad({ typed, onChange, onRefused }: AmountKeypadProps) {
  // A key may be pressed before the one before it is drawn.
  const latest = useRef(typed);
  useEffect(() => {
    latest.current = typed;
  }, [typed]);
  const press = (key: AmountKey): void => {
    host.vibrate();
    const next = pressKey(latest.current, key);
    if (next !== latest.current) {
      latest.current = next;
      onChange(next);
    } else if (key !== 'delete') onRefused();
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
