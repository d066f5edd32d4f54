import { fen, type Fen } from '../money';
import type { RedemptionRule } from './rules';

/** Points and what they pay. */
export interface Redemption {
  readonly points: number;
  readonly savesFen: Fen;
}

/**
 * What points may pay of an order, undefined for nothing: at most the rule's share of the amount, what is due, and what the
 * user has; the fewest points that pay it. `dueFen` is the least that is due through any method, so that as many points are
 * spent whichever is chosen.
 */
export function redeemable(
  rule: RedemptionRule,
  facts: { readonly available: number; readonly amountFen: Fen; readonly dueFen: Fen },
): Redemption | undefined {
  const { fenPerHundredPoints: rate, sharePpm, pointsMin } = rule;
  const sharedFen = Number((BigInt(facts.amountFen) * BigInt(sharePpm)) / 1_000_000n);
  const affordedFen = Math.floor((Math.max(0, facts.available) * rate) / 100);
  const savesFen = Math.min(sharedFen, facts.dueFen, affordedFen);
  const points = Math.ceil((savesFen * 100) / rate);
  return savesFen < 1 || points < pointsMin ? undefined : { points, savesFen: fen(savesFen) };
}
