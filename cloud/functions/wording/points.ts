import type { Language } from '../../contract/errors';
import type { PointsRulesContent } from '../../domain';
import type { PointsStatementLine } from '../../store/points';
import { percent, shortYuan } from './fees';

const DAY_MS = 86_400_000;

interface Sentences {
  readonly payment: (merchant: string) => string;
  readonly redeemed: (merchant: string) => string;
  readonly refund: (merchant: string) => string;
  readonly released: (merchant: string) => string;
  readonly expired: string;
  readonly other: string;
}

const SENTENCES: Readonly<Record<Language, Sentences>> = {
  'zh-CN': {
    payment: (merchant) => `在${merchant}付款`,
    redeemed: (merchant) => `在${merchant}付款，使用积分抵扣`,
    refund: (merchant) => `${merchant}的订单退款`,
    released: (merchant) => `在${merchant}付款所得积分可以使用了`,
    expired: '积分到期',
    other: '积分调整',
  },
  en: {
    payment: (merchant) => `Paid at ${merchant}`,
    redeemed: (merchant) => `Paid at ${merchant} with points`,
    refund: (merchant) => `Refund of an order at ${merchant}`,
    released: (merchant) => `Points of a payment at ${merchant} may be spent`,
    expired: 'Points expired',
    other: 'Points corrected',
  },
};

/** Why a user's points changed, as a sentence. */
export function pointsText(
  line: Pick<PointsStatementLine, 'kind' | 'merchantName' | 'available'>,
  language: Language,
): string {
  const sentences = SENTENCES[language];
  const merchant = line.merchantName ?? '';
  switch (line.kind) {
    case 'payment':
      return line.available < 0 ? sentences.redeemed(merchant) : sentences.payment(merchant);
    case 'refund':
      return sentences.refund(merchant);
    case 'points_release':
      return line.merchantName === null ? sentences.other : sentences.released(merchant);
    case 'points_expiry':
      return sentences.expired;
    default:
      return sentences.other;
  }
}

/** What the rules of points say, a sentence each. */
export function pointsRulesText(rules: PointsRulesContent, language: Language): string[] {
  const { redemption } = rules;
  const per = shortYuan(rules.fenPerPoint);
  const worth = shortYuan(redemption.fenPerHundredPoints);
  const share = percent(redemption.sharePpm);
  const days = Math.round(rules.pendingMs / DAY_MS);
  const life = Math.round(rules.lifeMs / DAY_MS);
  return language === 'en'
    ? [
        `One point for every ¥${per} paid in money; higher tiers earn more`,
        `Points may be spent ${days} days after the payment and live ${life} days`,
        `100 points are worth ¥${worth}: from ${redemption.pointsMin} points, up to ${share} of the amount`,
        'A refund takes back what its payment earned and gives back what was spent on it',
      ]
    : [
        `每实付 ${per} 元得 1 积分，等级越高得的越多`,
        `付款 ${days} 天后可以使用，之后 ${life} 天内有效`,
        `每 100 积分抵 ${worth} 元，${redemption.pointsMin} 积分起用，最多抵付款金额的 ${share}`,
        '退款时收回该笔付款所得的积分，并退还所用的积分',
      ];
}
