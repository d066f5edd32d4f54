import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useDidHide } from '@tarojs/taro';
import { useRef, useState } from 'react';

import { accessible } from '../../../components/accessible';

import { Problem } from '../cards';
import { DigitKeys } from '../digit-keys';
import { DIGITS_MAX, grouped, isCardNumber } from './number';
import { words } from './words';

interface NumberFormProps {
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly onNumber: (number: string) => void;
  readonly onCancel: () => void;
}

/** Where a card's number is entered. It is in the memory of this page alone, and gone once the page is not seen any more. */
export function NumberForm({ busy, problem, onNumber, onCancel }: NumberFormProps) {
  // What counts is kept beside what is drawn: a key may be pressed before the one before it is drawn.
  const typed = useRef('');
  const [drawn, setDrawn] = useState('');
  const [cleared, setCleared] = useState(false);
  const set = (digits: string): void => {
    typed.current = digits;
    setDrawn(digits);
  };
  useDidHide(() => {
    if (typed.current === '') return;
    set('');
    setCleared(true);
  });
  const press = (key: string): void => {
    if (busy) return;
    setCleared(false);
    const before = typed.current;
    set(key === 'delete' ? before.slice(0, -1) : (before + key).slice(0, DIGITS_MAX));
  };
  const bind = (): void => {
    const number = typed.current;
    set('');
    onNumber(number);
  };
  const fits = isCardNumber(drawn);
  const wrong = drawn.length === DIGITS_MAX && !fits ? words('wrong') : undefined;
  return (
    <View className="security__card">
      <Text
        className={drawn === '' ? 'security__number security__number--empty' : 'security__number'}
        id="card-number"
        {...accessible('img', words('entered', { count: drawn.length }))}
      >
        {busy ? words('binding') : drawn === '' ? words('enter') : grouped(drawn)}
      </Text>
      <Text className="security__soft">{words('sealed')}</Text>
      {cleared && (
        <Text className="security__warning" id="card-cleared">
          {words('cleared')}
        </Text>
      )}
      <Problem id="card-problem" text={wrong ?? (drawn === '' ? problem : undefined)} />
      <DigitKeys name="card" disabled={busy} onPress={press} />
      <Button
        id="bind-card"
        block
        size="xlarge"
        type="primary"
        loading={busy}
        disabled={busy || !fits}
        onClick={bind}
      >
        {words('bind')}
      </Button>
      <Button id="cancel-card" block size="xlarge" type="default" disabled={busy} onClick={onCancel}>
        {words('cancel')}
      </Button>
    </View>
  );
}
