import { Text, View } from '@tarojs/components';

import type { Method, MethodPrice } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { accessible } from '../accessible';
import { formatYuan } from '../money/format';

import { savingOf, type Saving } from './savings';

import './index.scss';

interface MethodPickerProps {
  /** What each method costs, in the order shown. */
  readonly methods: readonly MethodPrice[];
  readonly chosen: Method;
  readonly onChoose: (method: Method) => void;
}

/** The host's own method first. */
export function nativeFirst(methods: readonly MethodPrice[]): readonly MethodPrice[] {
  const rank = { native: 0, handoff: 1, unavailable: 2 };
  return [...methods].sort((a, b) => rank[a.availability] - rank[b.availability]);
}

function note({ availability, method }: MethodPrice): string {
  if (availability === 'unavailable') return t('method.unavailable');
  if (availability === 'native') return t('method.native');
  return t('method.handoff', { method: t(`method.${method}`) });
}

const feeText = ({ feeFen, feeWaivedFen }: MethodPrice): string =>
  feeFen === feeWaivedFen ? t('method.noFee') : t('method.fee', { fee: formatYuan(feeFen - feeWaivedFen) });

const savingText = ({ amountFen, over }: Saving): string =>
  t('method.saves', { amount: formatYuan(amountFen), method: t(`method.${over}`) });

/** The choice of a payment method, each with its fee, its total and how it is paid; the cheapest with what it saves. */
export function MethodPicker({ methods, chosen, onChoose }: MethodPickerProps) {
  return (
    <View className="method-picker">
      {methods.map((price) => {
        const { method, availability, totalFen } = price;
        const disabled = availability === 'unavailable';
        const checked = method === chosen && !disabled;
        const name = t(`method.${method}`);
        const saving = savingOf(price, methods);
        const saves = saving ? savingText(saving) : '';
        return (
          <View
            key={method}
            id={`method-${method}`}
            className={`method-picker__row ${disabled ? 'method-picker__row--disabled' : ''}`}
            onClick={() => !disabled && onChoose(method)}
            {...accessible(
              'radio',
              `${name} ${formatYuan(totalFen)} ${feeText(price)} ${note(price)} ${saves}`,
              {
                checked,
                disabled,
              },
            )}
          >
            <View className={`method-picker__mark method-picker__mark--${method}`}>
              <Text>{t(`method.mark.${method}`)}</Text>
            </View>
            <View className="method-picker__words">
              <Text className="method-picker__name">{name}</Text>
              <Text className="method-picker__note">{note(price)}</Text>
              {saving && (
                <Text className="method-picker__saving" id={`saving-${method}`}>
                  {saves}
                </Text>
              )}
            </View>
            <View className="method-picker__cost">
              <Text className="method-picker__total" id={`total-${method}`}>
                {formatYuan(totalFen)}
              </Text>
              <Text className="method-picker__note" id={`fee-${method}`}>
                {feeText(price)}
              </Text>
            </View>
            <View className={`method-picker__radio ${checked ? 'method-picker__radio--on' : ''}`} />
          </View>
        );
      })}
    </View>
  );
}
