import { sql } from 'kysely';

import type { Database } from './database';
import type { PayoutRow } from './settlement-states';

/** The first pause between two looks at one payout, doubled up to the longest, in seconds. */
const PAUSE_FIRST_S = 20;
const PAUSE_LONGEST_S = 3_600;

/**
 * Payouts that are to be sent, or asked about at growing intervals. Nobody else gets one before its pause is over. What
 * no gateway has heard of yet waits while its merchant is on hold.
 */
export async function claimDuePayouts(
  db: Database,
  claim: { readonly limit: number; readonly now: Date },
): Promise<readonly PayoutRow[]> {
  return db
    .updateTable('payouts')
    .set((eb) => ({
      queries: eb('queries', '+', 1),
      nextAt: sql<Date>`${claim.now}::timestamptz + make_interval(secs =>
        least(${PAUSE_FIRST_S} * 2 ^ least(queries, 10), ${PAUSE_LONGEST_S}))`,
    }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('payouts')
        .select('id')
        .where('nextAt', '<=', claim.now)
        .where((or) =>
          or.or([
            or('state', '<>', 'requested'),
            or('settlementId', 'is', null),
            or.not(
              or.exists(
                or
                  .selectFrom('merchantSettlementTerms')
                  .select('merchantId')
                  .whereRef('merchantSettlementTerms.merchantId', '=', 'payouts.merchantId')
                  .where('holdReason', 'is not', null),
              ),
            ),
          ]),
        )
        .orderBy('nextAt')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}
