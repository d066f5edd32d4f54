import { Text, View } from '@tarojs/components';
import { useEffect, useRef } from 'react';

import { accessible } from '../../components/accessible';
import { host } from '../../host';
import { t } from '../../i18n';

export const PIN_DIGITS = 6;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'delete'] as const;

interface PinPadProps {
  /** What has been entered; shown as dots, never as digits. */
  readonly entered: string;
  readonly onChange: (entered: string) => void;
  readonly disabled: boolean;
}

/** The dots of a PIN and the keys it is entered with. The phone's own keyboard, which may remember, takes no part. */
export function PinPad({ entered, onChange, disabled }: PinPadProps) {
  // A key may be pressed before the one before it is drawn.
  const latest = useRef(entered);
  useEffect(() => {
    latest.current = entered;
  }, [entered]);
  const press = (key: string): void => {
    if (disabled) return;
    host.vibrate();
    const before = latest.current;
    const next = key === 'delete' ? before.slice(0, -1) : (before + key).slice(0, PIN_DIGITS);
    if (next === before) return;
    latest.current = next;
    onChange(next);
  };
  return (
    <View className="pin-pad">
      <View
        className="pin-pad__dots"
        id="pin-dots"
        {...accessible('img', t('security.pin.entered', { count: entered.length }))}
      >
        {Array.from({ length: PIN_DIGITS }, (_, index) => (
          <View
            key={index}
            className={index < entered.length ? 'pin-pad__dot pin-pad__dot--full' : 'pin-pad__dot'}
          />
        ))}
      </View>
      <View className="pin-pad__keys">
        {KEYS.map((key) =>
          key === '' ? (
            <View key="none" className="pin-pad__gap" />
          ) : (
            <View
              key={key}
              id={`pin-${key}`}
              className="pin-pad__key"
              hoverClass="pin-pad__key--pressed"
              hoverStayTime={60}
              onClick={() => press(key)}
              {...accessible('button', key === 'delete' ? t('keypad.delete') : key, { disabled })}
            >
              <Text>{key === 'delete' ? '⌫' : key}</Text>
            </View>
          ),
        )}
      </View>
    </View>
  );
}
