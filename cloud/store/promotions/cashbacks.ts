import { sql } from 'kysely';
import { v5 as uuidv5 } from 'uuid';

import {
  cashbackPayoutPosting,
  cashbackPayoutReturnPosting,
  fen,
  isPayoutOpen,
  type PayoutState,
} from '../../domain';
import { inTransaction, type Database } from '../database';
import { addPosting } from '../postings';
import type { PayoutOwner } from '../payouts';
import { addSettlementHistory } from '../settlement-history';

type Gateway = 'wechatpay' | 'alipay';

/** The pause before a payout that failed is tried again, doubled each time up to the longest, in ms. */
const DAY_MS = 86_400_000;
const PAUSE_LONGEST_DAYS = 32;

const GATEWAYS = { weapp: 'wechatpay', alipay: 'alipay' } as const;

/** Where a cashback is paid out: in the host that was paid from, or in the one that its user still signs in to. */
const PAYEE_HOST = sql<'weapp' | 'alipay'>`(
  select logins.host from logins where logins.account_id = cashbacks.account_id
    order by logins.host = (select orders.host from orders where orders.id = cashbacks.order_id) desc limit 1)`;

/** Cashback whose time has come, of users who can be paid out through one of these gateways. */
export async function cashbacksToPay(
  db: Database,
  question: { readonly gateways: readonly Gateway[]; readonly now: Date; readonly limit: number },
): Promise<readonly string[]> {
  const hosts = (['weapp', 'alipay'] as const).filter((host) => question.gateways.includes(GATEWAYS[host]));
  if (hosts.length === 0) return [];
  const rows = await db
    .selectFrom('cashbacks')
    .select('cashbacks.id')
    .where('state', '=', 'waiting')
    .where('dueAt', '<=', question.now)
    .where(PAYEE_HOST, 'in', hosts)
    .orderBy('dueAt')
    .limit(question.limit)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Makes the payout of a cashback that waits, to the user's open id in the host that was paid from; from then on refunds
 * leave it as it is. False where another worker has, or nothing is owed any more.
 */
export function prepareCashbackPayout(
  db: Database,
  preparation: { readonly cashbackId: string; readonly newId: () => string; readonly now: Date },
): Promise<boolean> {
  const { cashbackId, newId, now } = preparation;
  return inTransaction(db, async (transaction) => {
    const cashback = await transaction
      .selectFrom('cashbacks')
      .select(['accountId', 'merchantId', 'owedFen', PAYEE_HOST.as('payeeHost')])
      .where('id', '=', cashbackId)
      .where('state', '=', 'waiting')
      .where('dueAt', '<=', now)
      .forUpdate()
      .executeTakeFirst();
    if (cashback === undefined) return false;
    const { host, openId } = await transaction
      .selectFrom('logins')
      .select(['host', 'openId'])
      .where('accountId', '=', cashback.accountId)
      .where('host', '=', cashback.payeeHost)
      .executeTakeFirstOrThrow();
    const payoutId = newId();
    await transaction
      .updateTable('cashbacks')
      .set({ state: 'paying' })
      .where('id', '=', cashbackId)
      .execute();
    await transaction
      .insertInto('payouts')
      .values({
        id: payoutId,
        settlementId: null,
        cashbackId,
        merchantId: cashback.merchantId,
        part: 1,
        try: (await triesOf(transaction, cashbackId)) + 1,
        source: GATEWAYS[host],
        payeeKind: 'open_id',
        payeeId: openId,
        payeeName: null,
        amountFen: cashback.owedFen,
        state: 'requested',
        billNumber: null,
        createdAt: now,
        sentAt: null,
        paidAt: null,
        nextAt: now,
      })
      .execute();
    await addSettlementHistory(transaction, {
      merchantId: cashback.merchantId,
      subject: 'payout',
      subjectId: payoutId,
      fromState: null,
      toState: 'requested',
      reason: 'cashback_prepared',
      actor: 'system',
      at: now,
    });
    return true;
  });
}

async function triesOf(db: Database, cashbackId: string): Promise<number> {
  const { tries } = await db
    .selectFrom('payouts')
    .select((eb) => eb.fn.countAll<number>().as('tries'))
    .where('cashbackId', '=', cashbackId)
    .executeTakeFirstOrThrow();
  return tries;
}

/** Locks the cashback that a payout is of; undefined where it is of none. */
export async function lockCashbackOf(
  transaction: Database,
  payoutId: string,
): Promise<PayoutOwner | undefined> {
  const cashback = await transaction
    .selectFrom('cashbacks')
    .select(['id', 'accountId', 'orderId'])
    .where('id', '=', (eb) => eb.selectFrom('payouts').select('cashbackId').where('id', '=', payoutId))
    .forUpdate()
    .executeTakeFirst();
  if (cashback === undefined) return undefined;
  return {
    async book({ id, source, amountFen }, to, now) {
      if (source === 'bank') throw new Error(`cashback of payout ${id} is not paid by hand`);
      const posting =
        to === 'paid'
          ? cashbackPayoutPosting(cashback.accountId, source, fen(amountFen))
          : cashbackPayoutReturnPosting(cashback.accountId, source, fen(amountFen));
      await addPosting(transaction, posting, {
        id: to === 'paid' ? id : uuidv5(posting.kind, id),
        orderId: cashback.orderId,
        attemptId: id,
        now,
      });
    },
    follow: (state, now) => followCashback(transaction, cashback.id, state, now),
  };
}

/** What failed or came back is owed again, and tried again after a pause. */
async function followCashback(
  transaction: Database,
  cashbackId: string,
  state: PayoutState,
  now: Date,
): Promise<void> {
  const failed = state === 'failed' || state === 'returned';
  if (!failed) {
    const to = isPayoutOpen(state) ? 'paying' : 'paid';
    await transaction.updateTable('cashbacks').set({ state: to }).where('id', '=', cashbackId).execute();
    return;
  }
  const tries = await triesOf(transaction, cashbackId);
  const days = Math.min(2 ** (tries - 1), PAUSE_LONGEST_DAYS);
  await transaction
    .updateTable('cashbacks')
    .set({ state: 'waiting', dueAt: new Date(now.getTime() + days * DAY_MS) })
    .where('id', '=', cashbackId)
    .execute();
}
