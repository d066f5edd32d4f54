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
  const [open, setOpen] = useState<string>();
  return (
    <View className="price-lines" id="price-lines">
      {price.lines.map((line, place) => {
        const id = idOf(price.lines, place);
        return (
          <Line
            key={id}
            id={id}
            line={line}
            open={id === open}
            onTap={() => setOpen(id === open ? undefined : id)}
          />
        );
      })}
      <View className="price-lines__line price-lines__line--total">
        <Text>{t('price.total')}</Text>
        <Text className="price-lines__amount" id="price-total">
          {formatYuan(price.totalFen)}
        </Text>
      </View>
      {price.rewards.map(({ promotionId, kind, amount, text }) => (
        <View key={promotionId} className="price-lines__line">
          <View className="price-lines__words">
            <Text>{t(`price.${kind}`)}</Text>
            <Text className="price-lines__reason">{text}</Text>
          </View>
          <Text className="price-lines__points" id={`reward-${kind}`}>
            {kind === 'cashback' ? formatYuan(amount) : t('price.morePoints', { points: amount })}
          </Text>
        </View>
      ))}
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

/** A line by its kind; where there are several of one, the later ones with their number. */
function idOf(lines: readonly PriceLine[], place: number): string {
  const kind = lines[place]?.kind ?? '';
  const nth = lines.slice(0, place + 1).filter((line) => line.kind === kind).length;
  return nth > 1 ? `${kind}-${nth}` : kind;
}

interface LineProps {
  readonly id: string;
  readonly line: PriceLine;
  readonly open: boolean;
  readonly onTap: () => void;
}

function Line({ id, line, open, onTap }: LineProps) {
  const { kind, amountFen, text, details } = line;
  const name = t(`price.${kind}`);
  const more = details.length > 0;
  const label = `${name} ${formatYuan(amountFen)} ${text} ${t('price.why')}`;
  return (
    <View>
      <View
        id={`line-${id}`}
        className={`price-lines__line ${more ? 'price-lines__line--more' : ''}`}
        onClick={() => more && onTap()}
        {...(more && accessible('button', label, { expanded: open }))}
      >
        <View className="price-lines__words">
          <Text>{name}</Text>
          <Text className="price-lines__reason" id={`reason-${id}`}>
            {text}
          </Text>
        </View>
        <Text className="price-lines__amount">{formatYuan(amountFen)}</Text>
        {more && <View className={`price-lines__arrow ${open ? 'price-lines__arrow--open' : ''}`} />}
      </View>
      {more && open && (
        <View className="price-lines__details" id={`details-${id}`}>
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
