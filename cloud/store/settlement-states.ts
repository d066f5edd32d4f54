import type { Selectable } from 'kysely';

import { canSettlementMove, settlementStateOf } from '../domain';
import type { Database } from './database';
import { addSettlementHistory } from './settlement-history';
import type { PayoutsTable } from './settlement-schema';
import type { SettlementRow } from './settlements';

export type PayoutRow = Selectable<PayoutsTable>;

/** Locks a batch, so that nobody else changes it or its payouts; undefined where there is none. */
export function lockSettlement(db: Database, settlementId: string): Promise<SettlementRow | undefined> {
  return db
    .selectFrom('settlements')
    .selectAll()
    .where('id', '=', settlementId)
    .forUpdate()
    .executeTakeFirst();
}

/** The payouts of a batch, by part and try. */
export function payoutsOf(db: Database, settlementId: string): Promise<readonly PayoutRow[]> {
  return db
    .selectFrom('payouts')
    .selectAll()
    .where('settlementId', '=', settlementId)
    .orderBy('part')
    .orderBy('try')
    .execute();
}

/** The newest payout of each part of a batch: the one that counts. */
export function newestOfParts(payouts: readonly PayoutRow[]): readonly PayoutRow[] {
  return [...new Map(payouts.map((payout) => [payout.part, payout])).values()];
}

/** Moves a batch to where its payouts put it. The batch is locked by the caller. */
export async function followPayouts(
  transaction: Database,
  settlement: SettlementRow,
  change: { readonly reason: string; readonly actor: string; readonly now: Date },
): Promise<void> {
  const payouts = newestOfParts(await payoutsOf(transaction, settlement.id));
  const to = settlementStateOf(payouts.map((payout) => payout.state));
  if (to === settlement.state) return;
  if (!canSettlementMove(settlement.state, to)) {
    throw new Error(`settlement ${settlement.id} does not go from ${settlement.state} to ${to}`);
  }
  await transaction
    .updateTable('settlements')
    .set({ state: to, paidAt: to === 'paid' ? change.now : null })
    .where('id', '=', settlement.id)
    .execute();
  await addSettlementHistory(transaction, {
    merchantId: settlement.merchantId,
    subject: 'settlement',
    subjectId: settlement.id,
    fromState: settlement.state,
    toState: to,
    reason: change.reason,
    actor: change.actor,
    at: change.now,
  });
}
