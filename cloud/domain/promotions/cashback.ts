import { CASHBACK_FEN_LEAST } from './promotion';
import type { PromotionTrace } from './trace';

/**
 * Cashback of which all together is no more than `mostFen`, in the order given. None is less than the least that is paid out:
 * where there is room for a few of them, the largest stay; each has the least, and the first have the rest.
 */
export function cutCashback(traces: readonly PromotionTrace[], mostFen: number): readonly PromotionTrace[] {
  const room = Math.floor(mostFen / CASHBACK_FEN_LEAST);
  const kept = new Set([...traces].sort((a, b) => b.amount - a.amount).slice(0, room));
  let leftFen = mostFen - kept.size * CASHBACK_FEN_LEAST;
  return traces
    .filter((trace) => kept.has(trace))
    .map((trace) => {
      const moreFen = Math.min(trace.amount - CASHBACK_FEN_LEAST, leftFen);
      leftFen -= moreFen;
      return { ...trace, amount: CASHBACK_FEN_LEAST + moreFen };
    });
}
