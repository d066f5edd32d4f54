import type { Language } from '../../contract/errors';
import type { Host, MethodPrice } from '../../contract/types';
import { termsOf, type MethodPricing } from '../../domain';
import type { GatewayName } from '../../gateways/port';
import { availability } from '../methods';
import { priceReasonDetails, priceReasonText, ruleOfReason } from '../wording';
import { promotionDetails, promotionText } from '../wording/promotions';

/** Prices as the contract tells them: reasons in the reader's language, availability for the host they are in. */
export function methodPrices(
  pricing: readonly MethodPricing[],
  reader: {
    readonly host: Host;
    readonly language: Language;
    readonly isUp: (gateway: GatewayName) => boolean;
  },
): MethodPrice[] {
  return pricing.map((price) => ({
    method: price.method,
    // Nothing to pay takes no gateway.
    availability: price.totalFen === 0 ? 'native' : availability(reader.host, price.method, reader.isUp),
    ...termsOf(price),
    lines: price.lines.map((line) => ({
      kind: line.kind,
      amountFen: line.amountFen,
      reason: line.reason.id,
      text: priceReasonText(line.reason, reader.language),
      details: priceReasonDetails(line.reason, reader.language),
      rule: ruleOfReason(line.reason),
    })),
    rewards: (price.rewards ?? []).map((trace) => ({
      promotionId: trace.promotionId,
      kind: trace.kind === 'cashback' ? 'cashback' : 'bonus_points',
      amount: trace.amount,
      text: promotionText(trace, reader.language),
      details: promotionDetails(trace, reader.language),
    })),
  }));
}
