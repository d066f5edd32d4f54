import { View } from '@tarojs/components';
import { useRef, useState } from 'react';

import { accessible } from '../../components/accessible';
import { t } from '../../i18n';

import { DigitKeys } from './digit-keys';

const PIN_DIGITS = 6;

interface PinPadProps {
  /** Told of every key that counts, before it does. */
  readonly onPress?: () => void;
  /** Gets all the digits. The pad is empty again once this is over, and takes no key before. */
  readonly onFull: (digits: string) => void | Promise<void>;
}

/**
 * The dots of a PIN or a code of six digits, and the keys it is entered with. The phone's own keyboard, which may
 * remember, takes no part. Digits are shown as dots only.
 */
export function PinPad({ onPress, onFull }: PinPadProps) {
  // What counts is kept beside what is drawn: a key may be pressed before the one before it is drawn.
  const typed = useRef('');
  const [drawn, setDrawn] = useState('');
  const set = (digits: string): void => {
    typed.current = digits;
    setDrawn(digits);
  };
  const press = (key: string): void => {
    const before = typed.current;
    if (before.length === PIN_DIGITS) return;
    const next = key === 'delete' ? before.slice(0, -1) : before + key;
    if (next === before) return;
    set(next);
    onPress?.();
    if (next.length < PIN_DIGITS) return;
    const work = onFull(next);
    if (work === undefined) set('');
    else void work.finally(() => set(''));
  };
  const disabled = drawn.length === PIN_DIGITS;
  return (
    <View className="pin-pad">
      <View
        className="pin-pad__dots"
        id="pin-dots"
        {...accessible('img', t('security.pin.entered', { count: drawn.length }))}
      >
        {Array.from({ length: PIN_DIGITS }, (_, index) => (
          <View
            key={index}
            className={index < drawn.length ? 'pin-pad__dot pin-pad__dot--full' : 'pin-pad__dot'}
          />
        ))}
      </View>
      <DigitKeys name="pin" disabled={disabled} onPress={press} />
    </View>
  );
}
