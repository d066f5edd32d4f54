import { REHEARSAL_ORDERS_MAX } from '../../contract/limits';
import { compileFees, monthOf, startRehearsal, type FeeRuleSet, type RehearsalReport } from '../../domain';
import { type Database } from '../../store';
import * as feeRules from '../../store/fees';

/** Orders of more than one rehearsal can look at. */
export class TooManyOrders extends Error {
  override readonly name = 'TooManyOrders';
}

/** Midnight in Shanghai at which the month of an instant began. */
const startOfMonth = (instant: Date): Date => new Date(`${monthOf(instant.getTime())}-01T00:00:00+08:00`);

/**
 * Runs rules over the paid orders made from `from` (inclusive) to `to` (exclusive) and answers what they would have changed.
 * Orders are read in batches, so memory does not grow with them; after each batch `progress` hears how many are done of how
 * many. Throws TooManyOrders.
 */
export async function rehearse(
  db: Database,
  rehearsal: {
    readonly set: FeeRuleSet;
    readonly from: Date;
    readonly to: Date;
    readonly asOf: Date | null;
  },
  progress: (done: number, total: number) => Promise<void>,
): Promise<RehearsalReport> {
  const { set, from, to, asOf } = rehearsal;
  const period = { from, to };
  const total = await feeRules.countPaidOrders(db, period, REHEARSAL_ORDERS_MAX);
  if (total > REHEARSAL_ORDERS_MAX) throw new TooManyOrders(`more than ${REHEARSAL_ORDERS_MAX} orders`);
  await progress(0, total);
  const engine = compileFees(set);
  const run = startRehearsal(engine, { asOfMs: asOf?.getTime() });
  const alsoFrom = engine.hasAllowances ? startOfMonth(from) : undefined;
  let done = 0;
  await feeRules.readPastOrders(db, { ...period, alsoFrom }, async (orders) => {
    for (const order of orders) {
      run.add(order);
      if (order.counted) done += 1;
    }
    await progress(done, total);
  });
  return run.report();
}
