import { Text, View } from '@tarojs/components';

import { accessible } from '../../components/accessible';
import { host } from '../../host';
import { t } from '../../i18n';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'delete'] as const;

interface DigitKeysProps {
  /** What the ids of the keys begin with. */
  readonly name: string;
  readonly disabled: boolean;
  /** Gets a digit, or `delete`. */
  readonly onPress: (key: string) => void;
}

/** Keys of our own for what the phone's keyboard, which may remember, takes no part in. */
export function DigitKeys({ name, disabled, onPress }: DigitKeysProps) {
  const press = (key: string): void => {
    host.vibrate();
    onPress(key);
  };
  return (
    <View className="pin-pad__keys">
      {KEYS.map((key) =>
        key === '' ? (
          <View key="none" className="pin-pad__gap" />
        ) : (
          <View
            key={key}
            id={`${name}-${key}`}
            className="pin-pad__key"
            hoverClass="pin-pad__key--pressed"
            hoverStayTime={60}
            onClick={() => press(key)}
            {...accessible('button', key === 'delete' ? t('keypad.delete') : key, { disabled })}
          >
            {key === 'delete' ? (
              <Text className="pin-pad__word">{t('keypad.delete')}</Text>
            ) : (
              <Text>{key}</Text>
            )}
          </View>
        ),
      )}
    </View>
  );
}
