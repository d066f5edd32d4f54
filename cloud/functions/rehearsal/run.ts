import { REHEARSAL_ORDERS_MAX } from '../../contract/limits';
import type { FeeRehearsal, RiskBookRehearsal } from '../../contract/types';
import {
  compileFees,
  monthOf,
  promotionsInTime,
  startPromotionRehearsal,
  startRehearsal,
  type FeeHost,
  type FeeRuleSet,
  type PastOrder,
  type Promotion,
  type PromotionRehearsalReport,
  type RehearsalReport,
} from '../../domain';
import { type Database } from '../../store';
import * as promotions from '../../store/promotions';
import * as rehearsals from '../../store/rehearsals';
import { activationsUntil } from '../../store/rules';

/** Why a rehearsal has no report, by the code that it is told by. */
export class CannotRehearse extends Error {
  override readonly name = 'CannotRehearse';

  constructor(readonly failure: NonNullable<FeeRehearsal['failure'] | RiskBookRehearsal['failure']>) {
    super(failure);
  }
}

/** Orders made from `from` (inclusive) to `to` (exclusive). */
interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Hears how many orders, or events, are done of how many. */
export type Progress = (done: number, total: number) => Promise<void>;

/** Midnight in Shanghai at which the month of an instant began. */
const startOfMonth = (instant: Date): Date => new Date(`${monthOf(instant.getTime())}-01T00:00:00+08:00`);

/** Has orders read in batches, each run as it comes, so that memory does not grow with them. Throws CannotRehearse. */
async function runOver<Order extends PastOrder>(
  db: Database,
  period: Period,
  read: (take: (orders: readonly Order[]) => Promise<void>) => Promise<void>,
  add: (order: Order) => void,
  progress: Progress,
): Promise<void> {
  const total = await rehearsals.countPaidOrders(db, period, REHEARSAL_ORDERS_MAX);
  if (total > REHEARSAL_ORDERS_MAX) throw new CannotRehearse('too_many_orders');
  await progress(0, total);
  let done = 0;
  await read(async (orders) => {
    for (const order of orders) {
      add(order);
      if (order.counted) done += 1;
    }
    await progress(done, total);
  });
}

/** Runs rules of fees over the paid orders of a period and answers what they would have changed. Throws CannotRehearse. */
export async function rehearse(
  db: Database,
  rehearsal: Period & { readonly set: FeeRuleSet; readonly asOf: Date | null },
  progress: Progress,
): Promise<RehearsalReport> {
  const { set, from, to, asOf } = rehearsal;
  const period = { from, to };
  const engine = compileFees(set);
  const run = startRehearsal(engine, { asOfMs: asOf?.getTime() });
  const alsoFrom = engine.hasAllowances ? startOfMonth(from) : undefined;
  await runOver<PastOrder>(
    db,
    period,
    (take) => rehearsals.readPastOrders(db, { ...period, alsoFrom }, take),
    run.add,
    progress,
  );
  return run.report();
}

/**
 * Runs a promotion over the orders of a period, beside those that were live then with what was left of them, and answers what
 * it would have given. Throws CannotRehearse.
 */
export async function rehearsePromotion(
  db: Database,
  rehearsal: Period & { readonly draft: Promotion; readonly cashbackHosts: readonly FeeHost[] },
  progress: Progress,
): Promise<PromotionRehearsalReport> {
  const { draft, cashbackHosts, from, to } = rehearsal;
  const activations = await activationsUntil(db, { kind: 'promotion', until: to });
  const versionIds = activations.flatMap(({ versionId }) => versionId ?? []);
  const versions = await promotions.promotionsOf(db, [...new Set(versionIds)]);
  const inTime = activations.map((row) => ({
    ...promotions.asPromotionActivation(row),
    liveFromMs: row.liveFrom.getTime(),
  }));
  const liveAt = promotionsInTime(inTime, versions);
  const run = startPromotionRehearsal({ draft, liveAt, cashbackHosts });
  const known = [draft, ...versions.values()];
  const promotionIds = [...new Set(known.map(({ promotionId }) => promotionId))];
  await rehearsals.readPastClaims(db, { promotionIds, before: from }, (claims) => {
    for (const { versionId, accountId, merchantId, day, amount } of claims) {
      const promotion = versions.get(versionId);
      if (promotion !== undefined) run.recall({ promotion, user: { accountId, merchantId, day }, amount });
    }
    return Promise.resolve();
  });
  const firstPayments = known.some(({ terms }) => terms.when.firstPayment !== undefined);
  await runOver(
    db,
    { from, to },
    (take) => rehearsals.readPastPayments(db, { from, to, firstPayments }, take),
    run.add,
    progress,
  );
  return run.report();
}
