import { Text, View } from '@tarojs/components';

import type { QuotedPoints } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { accessible } from '../accessible';
import { formatYuan } from '../money/format';

import './index.scss';

interface PointsSwitchProps {
  readonly points: QuotedPoints;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** Lets points pay a part of a payment, where they may; says how many there are where they may not. */
export function PointsSwitch({ points, on, onChange }: PointsSwitchProps) {
  const { available, redeemable } = points;
  if (available === 0) return null;
  const text = redeemable
    ? t('points.switch', { points: redeemable.points, amount: formatYuan(redeemable.savesFen) })
    : t('points.switchNone', { points: available });
  const checked = on && redeemable !== null;
  return (
    <View
      id="redeem-points"
      className={`points-switch ${redeemable ? '' : 'points-switch--off'}`}
      onClick={() => redeemable && onChange(!on)}
      {...accessible('switch', text, { checked, disabled: redeemable === null })}
    >
      <Text className="points-switch__text" id="redeem-text">
        {text}
      </Text>
      {redeemable && (
        <View className={`points-switch__track ${checked ? 'points-switch__track--on' : ''}`}>
          <View className="points-switch__knob" />
        </View>
      )}
    </View>
  );
}
