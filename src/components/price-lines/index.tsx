import { Text, View } from '@tarojs/components';

import type { MethodPrice } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { formatYuan } from '../money/format';

import './index.scss';

interface PriceLinesProps {
  readonly price: MethodPrice;
  /** What became of the points: a payment to come earns them, one that was made has, and without one there are none. */
  readonly points?: 'pointsToEarn' | 'pointsEarned' | 'none';
}

/** Every term of a price with the reason for it, the total, and the points it earns. */
export function PriceLines({ price, points = 'pointsToEarn' }: PriceLinesProps) {
  return (
    <View className="price-lines" id="price-lines">
      {price.lines.map((line) => (
        <View key={`${line.kind}-${line.reason}`} className="price-lines__line">
          <View className="price-lines__words">
            <Text>{t(`price.${line.kind}`)}</Text>
            <Text className="price-lines__reason" id={`reason-${line.kind}`}>
              {line.text}
            </Text>
          </View>
          <Text className="price-lines__amount">{formatYuan(line.amountFen)}</Text>
        </View>
      ))}
      <View className="price-lines__line price-lines__line--total">
        <Text>{t('price.total')}</Text>
        <Text className="price-lines__amount" id="price-total">
          {formatYuan(price.totalFen)}
        </Text>
      </View>
      {price.points > 0 && points !== 'none' && (
        <View className="price-lines__line">
          <Text>{t('price.points')}</Text>
          <Text className="price-lines__points" id="price-points">
            {t(`price.${points}`, { points: price.points })}
          </Text>
        </View>
      )}
    </View>
  );
}
