import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  accountId as accountName,
  cashbackPosting,
  fen,
  type PromotionClaim,
  type PromotionTerms,
} from '../../cloud/domain';
import { closeOrder, openDatabase, recordPayments, type Database } from '../../cloud/store';
import * as promotions from '../../cloud/store/promotions';
import { ruleAuditOf } from '../../cloud/store/rules';
import {
  payAttempt,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  MERCHANT_ID,
  storeOfTests,
} from '../support/store';
import { livePromotion, promotionTerms } from '../support/promotions';

const store = storeOfTests();
const DAY = '2026-11-23';
const by = (operator: string) => ({ operator, note: 'because', now: NOW });

const live = (parts: Partial<PromotionTerms> = {}): Promise<string> => livePromotion(store.db, NOW, parts);

const claimOf = (id: string, amount = 100, parts: Partial<PromotionClaim> = {}): PromotionClaim => ({
  promotionId: id,
  versionId: id,
  kind: 'discount',
  amounts: { wechat: amount },
  ...parts,
});

/** Places an order that claims something, in one transaction; its id, or undefined where the claim is refused. */
function place(
  db: Database,
  accountId: string,
  claims: readonly PromotionClaim[],
  now = NOW,
): Promise<string | undefined> {
  return db
    .transaction()
    .execute(async (transaction) => {
      const orderId = await newOrder(transaction, { accountId, now });
      const claim = {
        orderId,
        accountId,
        merchantId: MERCHANT_ID,
        day: DAY,
        claims,
        cashbackAfterMs: 60_000,
      };
      if (!(await promotions.claimPromotions(transaction, { ...claim, newId: uuidv7, now }))) {
        throw new Error('refused');
      }
      return orderId;
    })
    .catch((error: unknown) => {
      if (error instanceof Error && error.message === 'refused') return undefined;
      throw error;
    });
}

const left = async (id: string) => (await promotions.budgetsLeft(store.db, [id]))[id];

test('10,000 claims at once on a budget of 1,000 are granted exactly 1,000 times', async () => {
  const limits = { timesPerUser: null, timesPerUserDay: null, budgetFen: null, budgetTimes: 1_000 };
  const benefit = { kind: 'discount', fixed: 100, ratePpm: 0, max: null } as const;
  const id = await live({ limits, benefit });
  const accounts = await Promise.all(Array.from({ length: 40 }, () => newAccount(store.db)));
  const db = openDatabase({ url: store.url, poolMax: 20 });
  try {
    const claims = JSON.stringify([{ ...claimOf(id), held: 100 }]);
    // Claims alone: the order that each would belong to is placed in the other tests.
    const granted = await Promise.all(
      Array.from({ length: 20 }, async (_, worker) => {
        let count = 0;
        for (let nth = 0; nth < 500; nth += 1) {
          const { rows } = await sql<{ refused: string | null }>`
            select claim_promotions(${uuidv7()}, ${accounts[(worker + nth) % accounts.length]}, ${MERCHANT_ID}, ${DAY},
              ${claims}, ${NOW}) as refused`.execute(db);
          if (rows[0]?.refused === null) count += 1;
        }
        return count;
      }),
    );
    expect(granted.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(await left(id)).toEqual({ fen: null, times: 0 });
  } finally {
    await db.destroy();
  }
}, 240_000);

test('a budget in fen is given to the last fen that suffices, whatever part of it that lies in', async () => {
  const limits = { timesPerUser: null, timesPerUserDay: null, budgetFen: 1_000, budgetTimes: null };
  const id = await live({ limits });
  const placed = await Promise.all(
    Array.from({ length: 12 }, async () => place(store.db, await newAccount(store.db), [claimOf(id, 90)])),
  );
  expect(placed.filter((orderId) => orderId !== undefined)).toHaveLength(11);
  expect(await left(id)).toEqual({ fen: 10, times: null });
  expect(await place(store.db, store.accountId, [claimOf(id, 10)])).toBeDefined();
});

test.each([
  ['ever', { timesPerUser: 1, timesPerUserDay: null }],
  ['a day', { timesPerUser: null, timesPerUserDay: 1 }],
])('a user who orders many times at once gets no more than the limit %s', async (_, perUser) => {
  const id = await live({ limits: { ...perUser, budgetFen: 1_000, budgetTimes: null } });
  const { accountId } = store;
  const placed = await Promise.all(
    Array.from({ length: 8 }, () => place(store.db, accountId, [claimOf(id)])),
  );
  const [orderId, ...others] = placed.filter((one) => one !== undefined);
  expect(others).toEqual([]);
  // Once the order is closed unpaid the user has another go, and the budget all that was held.
  await closeOrder(store.db, { orderId: orderId ?? '', reason: 'expired', actor: 'system', now: NOW });
  expect(await left(id)).toEqual({ fen: 900, times: null });
  expect(await promotions.freeBudgets(store.db, 100)).toBe(1);
  expect(await left(id)).toEqual({ fen: 1_000, times: null });
  expect(await place(store.db, accountId, [claimOf(id)])).toBeDefined();
});

test('only a first payment gets what is for first payments', async () => {
  const first = await live({ when: { firstPayment: 'ever' } });
  const here = await live({ when: { firstPayment: 'with_merchant' } });
  const { accountId } = store;
  const orderId = await place(store.db, accountId, [claimOf(first), claimOf(here)]);
  for (const id of [first, here]) expect(await place(store.db, accountId, [claimOf(id)])).toBeUndefined();
  await payAttempt(store.db, await newAttempt(store.db, orderId ?? ''));
  for (const id of [first, here]) expect(await place(store.db, accountId, [claimOf(id)])).toBeUndefined();
  const facts = await promotions.payerFacts(store.db, {
    accountId,
    merchantId: MERCHANT_ID,
    day: DAY,
    promotions: [{ promotionId: first, versionId: first }],
  });
  expect(facts).toMatchObject({
    paidEver: true,
    paidMerchant: true,
    used: { [first]: { times: 1, timesToday: 1, timesAtMerchant: 1 } },
    left: { [first]: { fen: 999_900, times: null } },
  });
});

test('nothing is claimed of a promotion that was stopped, has ended, or was replaced by another version', async () => {
  const stopped = await live();
  await promotions.stopPromotion(store.db, { ...by('bob'), promotionId: stopped, activationId: uuidv7() });
  const ended = await live({ endsAtMs: NOW.getTime() });
  const replaced = await live();
  await promotions.editPromotion(store.db, {
    ...by('alice'),
    promotionId: replaced,
    newVersionId: uuidv7(),
    terms: promotionTerms(),
  });
  await promotions.submitPromotion(store.db, { ...by('alice'), promotionId: replaced });
  const [, second] = await promotions.versionsOf(store.db, replaced);
  await promotions.approvePromotion(store.db, {
    ...by('bob'),
    promotionId: replaced,
    activationId: uuidv7(),
    contentHash: second?.contentHash ?? '',
    soonest: NOW,
  });
  for (const id of [stopped, ended, replaced]) {
    expect(await place(store.db, store.accountId, [claimOf(id)])).toBeUndefined();
  }
  const versionId = second?.id ?? '';
  expect(await place(store.db, store.accountId, [{ ...claimOf(replaced), versionId }])).toBeDefined();
  // Rolled back to the first version, at once.
  const restoration = {
    ...by('bob'),
    promotionId: replaced,
    version: 1,
    activationId: uuidv7(),
    soonest: NOW,
  };
  expect((await promotions.restorePromotion(store.db, restoration)).outcome).toBe('done');
  expect(await place(store.db, store.accountId, [claimOf(replaced)])).toBeDefined();
});

describe('once an order is paid', () => {
  const cashback = (id: string, wechat: number, alipay: number) =>
    claimOf(id, 0, { kind: 'cashback', amounts: { wechat, alipay } });

  test.each([['one by one'], ['in a batch']])('it has used what its method was promised, %s', async (how) => {
    const discount = await live();
    const back = await live({ benefit: { kind: 'cashback', fixed: 70, ratePpm: 0, max: null } });
    const other = await live();
    const orderId = await place(store.db, store.accountId, [
      claimOf(discount, 0, { amounts: { wechat: 40, alipay: 100 } }),
      cashback(back, 70, 90),
      claimOf(other, 0, { amounts: { alipay: 60 } }),
    ]);
    const attempt = await newAttempt(store.db, orderId ?? '');
    if (how === 'one by one') await payAttempt(store.db, attempt);
    else {
      const report = { attemptId: attempt.id, transactionId: `T${attempt.id}`, totalFen: attempt.totalFen };
      await recordPayments(store.db, [{ ...report, succeededAt: NOW, source: 'query', now: NOW }]);
    }
    await promotions.freeBudgets(store.db, 100);
    const spent = await Promise.all(
      [discount, back, other].map(async (id) => 1_000_000 - ((await left(id))?.fen ?? 0)),
    );
    expect(spent).toEqual([40, 70, 0]);
    const { rows } = await sql<{ accounts: string[]; units: string[]; amounts: string[] }>`
      select accounts, units, amounts::text[] from postings where order_id = ${orderId} and kind = 'cashback'`.execute(
      store.db,
    );
    const { entries } = cashbackPosting(store.accountId, fen(70));
    expect(rows).toEqual([
      {
        accounts: entries.map(({ account }) => accountName(account)),
        units: entries.map(({ unit }) => unit),
        amounts: entries.map(({ amount }) => String(amount)),
      },
    ]);
  });

  test('refunds give back in proportion, to the budget where the promotion says so, and lower cashback', async () => {
    const returning = await live({
      limits: { timesPerUser: 1, timesPerUserDay: null, budgetFen: 500, budgetTimes: null },
    });
    const keeping = await live({ returnsOnRefund: false });
    const back = await live();
    const { db, accountId } = store;
    const orderId =
      (await place(db, accountId, [claimOf(returning), claimOf(keeping), cashback(back, 99, 0)])) ?? '';
    await payAttempt(db, await newAttempt(db, orderId));
    const owed = () =>
      db.selectFrom('cashbacks').select(['owedFen', 'state']).where('orderId', '=', orderId).execute();
    const refund = (returnedFen: number) =>
      db.transaction().execute((transaction) =>
        promotions.returnPromotions(transaction, {
          refundId: uuidv7(),
          orderId,
          returnedFen,
          amountFen: 1_000,
          now: NOW,
        }),
      );
    await refund(250);
    await refund(333);
    expect(await owed()).toEqual([{ owedFen: 66, state: 'waiting' }]);
    await promotions.freeBudgets(db, 100);
    expect([await left(returning), await left(keeping)]).toEqual([
      { fen: 434, times: null },
      { fen: 999_900, times: null },
    ]);
    expect(await place(db, accountId, [claimOf(returning)])).toBeUndefined();
    await refund(1_000);
    expect(await owed()).toEqual([{ owedFen: 0, state: 'cancelled' }]);
    await promotions.freeBudgets(db, 100);
    expect(await left(returning)).toEqual({ fen: 500, times: null });
    expect(await place(db, accountId, [claimOf(returning)])).toBeDefined();
  });
});

test('terms under review or approved never change, and nobody approves what they wrote', async () => {
  const id = await live();
  const change = sql`update rule_versions set content = '{}' where id = ${id}`.execute(store.db);
  await expect(change).rejects.toThrow('beyond their draft never change');
  const draft = uuidv7();
  await promotions.createPromotion(store.db, { ...by('alice'), id: draft, terms: promotionTerms() });
  const of = { promotionId: draft, activationId: uuidv7(), soonest: NOW };
  const [version] = await promotions.versionsOf(store.db, draft);
  const approve = (operator: string, contentHash: string) =>
    promotions.approvePromotion(store.db, { ...by(operator), ...of, contentHash });
  const hash = version?.contentHash ?? '';
  expect(await approve('bob', hash)).toEqual({ outcome: 'refused', code: 'promotion_not_in_review' });
  await promotions.submitPromotion(store.db, { ...by('alice'), promotionId: draft });
  expect(await approve('alice', hash)).toEqual({
    outcome: 'refused',
    code: 'promotion_review_needs_second_person',
  });
  expect(await approve('bob', 'another')).toEqual({ outcome: 'refused', code: 'promotion_changed' });
  expect((await promotions.rejectPromotion(store.db, { ...by('bob'), promotionId: draft })).outcome).toBe(
    'done',
  );
  const trail = await ruleAuditOf(store.db, [draft]);
  expect(trail.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
    'operator:alice created',
    'operator:alice submitted',
    'operator:bob rejected',
  ]);
});
