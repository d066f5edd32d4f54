import type { Language } from '../../contract/errors';
import type { EarlierFeeReason, PriceReason } from '../../domain';
import { feeDetails, feeText, percent, shortYuan } from './fees';
import { promotionDetails, promotionText } from './promotions';

/** Why a line of a price has its amount, as a sentence. */
export function priceReasonText(reason: PriceReason, language: Language): string {
  switch (reason.id) {
    case 'payment_amount':
      return language === 'en' ? 'All of it goes to the merchant' : '全部付给商家';
    case 'no_fee_rule':
      return language === 'en' ? 'No fee' : '免手续费';
    case 'fee_rule':
      return feeText(reason.trace, language);
    case 'promotion':
      return promotionText(reason.trace, language);
    case 'points_redeemed':
      return language === 'en' ? `${reason.points} points redeemed` : `使用 ${reason.points} 积分抵扣`;
    default:
      return earlierText(reason, language);
  }
}

/** How a line's amount comes about, step by step; empty where the sentence says it all. */
export function priceReasonDetails(reason: PriceReason, language: Language): string[] {
  switch (reason.id) {
    case 'payment_amount':
      return language === 'en'
        ? ['A fee comes on top of it', 'What promotions and points save you is paid by TPWallet']
        : ['手续费另计', '优惠和积分抵扣的部分由 TPWallet 承担'];
    case 'fee_rule':
      return feeDetails(reason.trace, language);
    case 'promotion':
      return promotionDetails(reason.trace, language);
    case 'points_redeemed': {
      const worth = shortYuan(reason.fenPerHundredPoints);
      return [language === 'en' ? `100 points are worth ¥${worth}` : `每 100 积分抵 ${worth} 元`];
    }
    default:
      return [];
  }
}

/** The rule that made a line, with the version of the rules; null where none did. */
export function ruleOfReason(reason: PriceReason): { id: string; version: number } | null {
  if (reason.id === 'fee_rule') return { id: reason.trace.ruleId, version: reason.trace.version };
  return reason.id === 'promotion' ? { id: reason.trace.promotionId, version: reason.trace.version } : null;
}

function earlierText(reason: EarlierFeeReason, language: Language): string {
  const free = shortYuan(reason.freeUpToFen);
  if (reason.id === 'free_up_to') {
    return language === 'en' ? `No fee up to ¥${free}` : `${free} 元以内免手续费`;
  }
  const rate = percent(reason.ratePpm);
  const bound = shortYuan(reason.boundFen);
  if (language === 'en') {
    const base = `${rate} of the part above ¥${free}`;
    if (reason.id === 'rate_above_min') return `${base}, at least ¥${bound}`;
    return reason.id === 'rate_above_max' ? `${base}, at most ¥${bound}` : base;
  }
  const base = `超过 ${free} 元的部分收取 ${rate}`;
  if (reason.id === 'rate_above_min') return `${base}，最低 ${bound} 元`;
  return reason.id === 'rate_above_max' ? `${base}，最高 ${bound} 元` : base;
}
