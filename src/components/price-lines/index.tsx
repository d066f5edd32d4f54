import { Text, View } from '@tarojs/components';

import type { MethodPrice } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { formatYuan } from '../money/format';

import './index.scss';

/** Every term of a price with the reason for it, the total, and the points it earns. */
export function PriceLines({ price }: { readonly price: MethodPrice }) {
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
      {price.points > 0 && (
        <View className="price-lines__line">
          <Text>{t('price.points')}</Text>
          <Text className="price-lines__points" id="price-points">
            {t('price.pointsToEarn', { points: price.points })}
          </Text>
        </View>
      )}
    </View>
  );
}
