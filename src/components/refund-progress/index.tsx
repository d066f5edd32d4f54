import { Text, View } from '@tarojs/components';

import type { Refund, RefundState } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { formatYuan } from '../money/format';
import { shanghaiTime } from '../money/time';

import './index.scss';

/** What stands in the middle of the way: where the refund is, if it is neither at its start nor at its end. */
const middleOf = (state: RefundState): Exclude<RefundState, 'requested' | 'succeeded'> =>
  state === 'requested' || state === 'succeeded' ? 'processing' : state;

const REACHED: Readonly<Record<RefundState, number>> = {
  requested: 0,
  processing: 1,
  failed: 1,
  needs_review: 1,
  succeeded: 2,
};

/** A refund: what comes back and why, how far it is, and how it stands in a sentence. */
export function RefundProgress({ refund }: { readonly refund: Refund }) {
  const {
    id,
    kind,
    state,
    refundFen,
    feeFen,
    points,
    pointsRedeemed,
    reason,
    text,
    requestedAt,
    returnedAt,
  } = refund;
  const steps = ['requested', middleOf(state), 'succeeded'] as const;
  const details = [
    reason,
    ...(feeFen > 0 ? [t('refund.fee', { fee: formatYuan(feeFen) })] : []),
    ...(points > 0 ? [t('refund.points', { points })] : []),
    ...(pointsRedeemed > 0 ? [t('refund.pointsBack', { points: pointsRedeemed })] : []),
  ];
  return (
    <View className="refund-progress" id={`refund-${id}`}>
      <View className="refund-progress__head">
        <Text className="refund-progress__title">{t(`refund.${kind}`)}</Text>
        <Text className="refund-progress__amount">{formatYuan(refundFen)}</Text>
      </View>
      <Text className="refund-progress__soft">{details.join(' · ')}</Text>
      <View className="refund-progress__steps">
        {steps.map((step, index) => (
          <View
            key={step}
            className={`refund-progress__step ${index <= REACHED[state] ? 'refund-progress__step--reached' : ''} ${
              state === 'needs_review' && index === 1 ? 'refund-progress__step--person' : ''
            }`}
          >
            <View className="refund-progress__bar" />
            <Text className="refund-progress__label">{t(`refund.${step}`)}</Text>
          </View>
        ))}
      </View>
      <Text className="refund-progress__text">{text}</Text>
      <Text className="refund-progress__soft">{shanghaiTime(returnedAt ?? requestedAt)}</Text>
    </View>
  );
}
