import { DAY_MS, formatDay, SHANGHAI_OFFSET_MS, type Day } from '../calendar';
import type { FeeTrace } from './charge';

/** The calendar month that an instant falls in, in Asia/Shanghai, as `yyyy-mm`: allowances are counted by it. */
export const monthOf = (atMs: number): string =>
  formatDay(Math.floor((atMs + SHANGHAI_OFFSET_MS) / DAY_MS) as Day).slice(0, 7);

/** Rules whose allowance a payment would use as far as there is any left: its price changes with what is used of them. */
export const allowancesOf = (traces: readonly FeeTrace[]): readonly string[] => [
  ...new Set(
    traces
      .filter((trace) => trace.freePerMonthFen > 0 && trace.amountFen > trace.freePerPaymentFen)
      .map(({ ruleId }) => ruleId),
  ),
];

/**
 * What an order uses of the month's allowances, in fen by rule. Its methods may fall under different rules and the payer may
 * change the method, so the most that any method uses of a rule is held.
 */
export function allowanceHeld(traces: readonly FeeTrace[]): Readonly<Record<string, number>> {
  const held: Record<string, number> = {};
  for (const { ruleId, freedByMonthFen } of traces) {
    if (freedByMonthFen > 0) held[ruleId] = Math.max(held[ruleId] ?? 0, freedByMonthFen);
  }
  return held;
}
