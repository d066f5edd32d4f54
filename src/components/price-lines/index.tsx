import { Text, View } from '@tarojs/components';
import { useState } from 'react';

import type { MethodPrice, PriceLine } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { accessible } from '../accessible';
import { formatYuan } from '../money/format';

import './index.scss';

interface PriceLinesProps {
  readonly price: MethodPrice;
  /** What became of the points: a payment to come earns them, one that was made has, and without one there are none. */
  readonly points?: 'pointsToEarn' | 'pointsEarned' | 'none';
}

/** Every term of a price with the reason for it, the total, and the points it earns. A term that is tapped tells all. */
export function PriceLines({ price, points = 'pointsToEarn' }: PriceLinesProps) {
  const [open, setOpen] = useState<PriceLine['kind']>();
  return (
    <View className="price-lines" id="price-lines">
      {price.lines.map((line) => (
        <Line
          key={`${line.kind}-${line.reason}`}
          line={line}
          open={line.kind === open}
          onTap={() => setOpen(line.kind === open ? undefined : line.kind)}
        />
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

interface LineProps {
  readonly line: PriceLine;
  readonly open: boolean;
  readonly onTap: () => void;
}

function Line({ line, open, onTap }: LineProps) {
  const { kind, amountFen, text, details } = line;
  const name = t(`price.${kind}`);
  const more = details.length > 0;
  const label = `${name} ${formatYuan(amountFen)} ${text} ${t('price.why')}`;
  return (
    <View>
      <View
        id={`line-${kind}`}
        className={`price-lines__line ${more ? 'price-lines__line--more' : ''}`}
        onClick={() => more && onTap()}
        {...(more && accessible('button', label, { expanded: open }))}
      >
        <View className="price-lines__words">
          <Text>{name}</Text>
          <Text className="price-lines__reason" id={`reason-${kind}`}>
            {text}
          </Text>
        </View>
        <Text className="price-lines__amount">{formatYuan(amountFen)}</Text>
        {more && <View className={`price-lines__arrow ${open ? 'price-lines__arrow--open' : ''}`} />}
      </View>
      {more && open && (
        <View className="price-lines__details" id={`details-${kind}`}>
          {details.map((detail) => (
            <Text key={detail} className="price-lines__detail">
              {detail}
            </Text>
          ))}
        </View>
      )}
    </View>
  );
}
