import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';

import {
  BENEFIT_KINDS,
  candidatesFor,
  claimsOf,
  dayOf,
  fen,
  formatDay,
  promotionPricing,
  promotionTracesOf,
  startPromotionRehearsal,
  type PaymentMethod,
  type Promotion,
  type PromotionClaim,
  type PromotionTerms,
} from '../../cloud/domain';
import { rehearsePromotion } from '../../cloud/functions/rehearsal/run';
import { closeOrder, getRefund, recordPayment, recordRefundReport, requestRefund } from '../../cloud/store';
import * as promotions from '../../cloud/store/promotions';
import { readPastPayments } from '../../cloud/store/rehearsals';
import { merchantId } from '../../cloud/store/seed';
import { firstPrices } from '../support/pricing';
import { livePromotion, promotionTerms } from '../support/promotions';
import { newAccount, newAttempt, newOrder, NOW, storeOfTests } from '../support/store';

const store = storeOfTests();
const MINUTE_MS = 60_000;

const option = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2 });
const terms: fc.Arbitrary<Partial<PromotionTerms>> = fc.record({
  benefit: fc.record({
    kind: fc.constantFrom(...BENEFIT_KINDS),
    fixed: fc.nat(300),
    ratePpm: fc.constantFrom(0, 50_000, 300_000),
    max: option(fc.integer({ min: 20, max: 2_000 })),
  }),
  when: fc.record(
    {
      firstPayment: fc.constantFrom('ever' as const, 'with_merchant' as const),
      methods: fc.constantFrom<readonly PaymentMethod[]>(['wechat'], ['alipay']),
    },
    { requiredKeys: [] },
  ),
  limits: fc.record({
    timesPerUser: option(fc.integer({ min: 1, max: 5 })),
    timesPerUserDay: option(fc.integer({ min: 1, max: 2 })),
    budgetFen: fc.integer({ min: 300, max: 3_000 }),
    budgetTimes: option(fc.integer({ min: 2, max: 12 })),
  }),
  stacking: fc.record({
    group: option(fc.constant(1)),
    alone: fc.nat(3).map((one) => one === 0),
    priority: fc.nat(2),
  }),
  returnsOnRefund: fc.boolean(),
});
/** Whoever pays, when, and what becomes of it. */
const events = fc.array(
  fc.record({
    account: fc.nat(2),
    merchant: fc.integer({ min: 1, max: 2 }),
    afterMs: fc.constantFrom(MINUTE_MS, 60 * MINUTE_MS, 400 * MINUTE_MS),
    amountFen: fc.integer({ min: 200, max: 4_000 }).map(fen),
    method: fc.constantFrom<PaymentMethod>('wechat', 'alipay'),
    fate: fc.constantFrom('paid', 'paid', 'returned', 'returned in part', 'closed', 'left open'),
    fateAfterMs: fc.constantFrom(MINUTE_MS / 2, 10 * MINUTE_MS),
  }),
  { minLength: 24, maxLength: 24 },
);
type Event = typeof events extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

const sampled = fc.sample(fc.tuple(terms, fc.array(terms, { minLength: 2, maxLength: 2 }), events), {
  numRuns: 7,
  seed: 20_261_125,
});
/** Off the price, one of them at most; the larger until its budget is used up. */
const inGroup = (fixed: number, budgetFen: number): Partial<PromotionTerms> => ({
  benefit: { kind: 'discount', fixed, ratePpm: 0, max: null },
  limits: { timesPerUser: null, timesPerUserDay: null, budgetFen, budgetTimes: null },
  stacking: { group: 1, alone: false, priority: 0 },
});
const plans = [
  ...sampled,
  [inGroup(50, 10_000), [inGroup(100, 600)], sampled.flatMap(([, , plan]) => plan).slice(0, 24)],
] as const;

/** Plays a plan as the wallet would: quotes, claims, payments, closings, refunds, each at its time. */
async function play(plan: readonly Event[], live: readonly Promotion[], begin: Date) {
  const { db } = store;
  const accounts = await Promise.all([0, 1, 2].map(() => newAccount(db)));
  const later: { readonly atMs: number; readonly run: (now: Date) => Promise<unknown> }[] = [];
  const until = async (atMs: number): Promise<void> => {
    for (;;) {
      later.sort((a, b) => a.atMs - b.atMs);
      const [next] = later;
      if (next === undefined || next.atMs > atMs) return;
      later.shift();
      await next.run(new Date(next.atMs));
      await promotions.freeBudgets(db, 100);
    }
  };
  const orders: string[] = [];
  let atMs = begin.getTime();
  for (const [index, event] of plan.entries()) {
    atMs += event.afterMs;
    await until(atMs);
    const now = new Date(atMs);
    const accountId = accounts[event.account] ?? '';
    const orderId = await order(event, live, accountId, now);
    orders.push(orderId);
    // A few ms apart, so that nothing happens in the same instant as something else.
    const fateMs = atMs + event.fateAfterMs + index + 1;
    if (event.fate === 'closed') {
      const close = { orderId, reason: 'expired', actor: 'system' } as const;
      later.push({ atMs: fateMs, run: (at) => closeOrder(db, { ...close, now: at }) });
    } else if (event.fate !== 'left open') {
      later.push({ atMs: fateMs, run: (at) => pay(orderId, event.method, at) });
    }
    const { amountFen } = event;
    if (event.fate === 'returned in part') {
      later.push({
        atMs: fateMs + 90 * MINUTE_MS,
        run: (at) => refund(orderId, Math.ceil(amountFen / 2), at),
      });
    }
    if (event.fate.startsWith('returned')) {
      later.push({ atMs: fateMs + 300 * MINUTE_MS, run: (at) => refund(orderId, undefined, at) });
    }
  }
  await until(Infinity);
  return { orders, end: new Date(atMs + 1) };
}

async function order(
  event: Event,
  live: readonly Promotion[],
  accountId: string,
  now: Date,
): Promise<string> {
  const { amountFen, method } = event;
  const facts = {
    host: 'weapp',
    merchantId: merchantId(event.merchant),
    category: 'food',
    amountFen,
    couponCode: undefined,
    atMs: now.getTime(),
  } as const;
  const day = formatDay(dayOf(now));
  const candidates = candidatesFor(live, facts);
  const question = { accountId, merchantId: facts.merchantId, day, promotions: candidates };
  const payer = await promotions.payerFacts(store.db, question);
  if (payer === undefined) throw new Error('no such payer');
  const { reducer, rewards } = promotionPricing(candidates, { ...facts, totalFenMin: fen(1) }, payer);
  const methods = firstPrices(amountFen, [reducer], { atMs: facts.atMs, rewards });
  const claims = claimsOf(
    methods.map((price) => ({ method: price.method, promotions: promotionTracesOf(price) })),
  );
  return store.db.transaction().execute(async (db) => {
    const orderId = await newOrder(db, { accountId, merchantId: facts.merchantId, method, methods, now });
    const claim = { orderId, accountId, merchantId: facts.merchantId, day, claims };
    const kept = { ...claim, cashbackAfterMs: MINUTE_MS, newId: uuidv7, now };
    if (claims.length > 0 && !(await promotions.claimPromotions(db, kept))) throw new Error('refused');
    return orderId;
  });
}

async function pay(orderId: string, method: PaymentMethod, now: Date): Promise<void> {
  const { id: attemptId, totalFen } = await newAttempt(store.db, orderId, method, now);
  const report = { attemptId, transactionId: `T${attemptId}`, totalFen, source: 'query' } as const;
  const paid = await recordPayment(store.db, { ...report, succeededAt: now, now });
  expect(paid.outcome).toBe('applied');
}

async function refund(orderId: string, amountFen: number | undefined, now: Date): Promise<void> {
  const asked = { refundId: uuidv7(), orderId, amountFen, note: 'n', operator: 'alice', now };
  const requested = await requestRefund(store.db, asked);
  if (requested.outcome === 'refused') throw new Error(requested.code);
  const reportedFen = (await getRefund(store.db, requested.refundId))?.refundFen;
  const report = { refundId: requested.refundId, reported: 'succeeded', reportedFen, now } as const;
  await recordRefundReport(store.db, report);
}

async function claimedBy(orders: readonly string[]) {
  const rows = await store.db
    .selectFrom('promotionClaims')
    .select(['orderId', 'versionId', 'amounts'])
    .where('orderId', 'in', [...orders])
    .orderBy('versionId')
    .execute();
  return orders.map((id) => rows.filter(({ orderId }) => orderId === id).map(asTold));
}
const asTold = ({ versionId, amounts }: Pick<PromotionClaim, 'versionId' | 'amounts'>) => [
  versionId,
  Object.entries(amounts).sort(),
];

const promotionOf = async (id: string): Promise<Promotion> => {
  const found = (await promotions.promotionsOf(store.db, [id])).get(id);
  if (found === undefined) throw new Error('no such promotion');
  return found;
};

const told = { granted: 0, not_for_payer: 0, over_budget: 0, outdone: 0, not_for_payment: 0 };

test.each(plans.map((plan, number) => [number, ...plan] as const))(
  'a rehearsal gives the very claims, and leaves the very budgets, that the real run does (%i)',
  async (number, draftTerms, others, plan) => {
    const begin = new Date(NOW.getTime() + number * 30 * 86_400_000);
    const ids: string[] = [];
    for (const parts of [draftTerms, ...others]) ids.push(await livePromotion(store.db, begin, parts));
    const live = await Promise.all(ids.map(promotionOf));
    const [draft] = live;
    if (draft === undefined) throw new Error('no draft');
    const { orders, end } = await play(plan, live, begin);
    const period = { from: begin, to: end };

    const run = startPromotionRehearsal({ draft, liveAt: () => live, cashbackHosts: ['weapp'] });
    const claims: unknown[] = [];
    await readPastPayments(store.db, { ...period, firstPayments: true }, (batch) => {
      for (const past of batch) {
        const answer = run.add(past);
        claims.push(answer.claims.map(asTold));
        told[answer.verdict] += 1;
      }
      return Promise.resolve();
    });
    expect(claims).toEqual(await claimedBy(orders));

    const progress: number[] = [];
    const rehearsal = { ...period, draft, cashbackHosts: ['weapp' as const] };
    const report = await rehearsePromotion(store.db, rehearsal, (done, total) => {
      progress.push(done, total);
      return Promise.resolve();
    });
    expect(report).toEqual(run.report());
    const left = (await promotions.budgetsLeft(store.db, [draft.versionId]))[draft.versionId];
    expect({ fen: report.budget.fenLeft, times: report.budget.timesLeft }).toEqual(left);
    const paid = plan.filter(({ fate }) => fate !== 'closed' && fate !== 'left open').length;
    expect(report.total.orders).toBe(paid);
    expect(progress).toEqual([0, paid, paid, paid]);
    const byMethod = Object.values(report.segments.method ?? {});
    expect(byMethod.reduce((sum, { given }) => sum + given, 0)).toBe(report.total.given);
    for (const id of ids) {
      const stop = { operator: 'bob', note: 'over', now: end, promotionId: id, activationId: uuidv7() };
      expect((await promotions.stopPromotion(store.db, stop)).outcome).toBe('done');
    }
  },
  60_000,
);

test('the plans above met every limit', () => {
  expect(Object.entries(told).filter(([, count]) => count === 0)).toEqual([]);
});

test('what was claimed before counts against users, and against budgets of others but not the draft’s own', () => {
  const user = { accountId: 'a', merchantId: 'm', day: '2026-11-23' };
  const limits = { timesPerUser: 1, timesPerUserDay: null, budgetFen: 100, budgetTimes: null };
  const benefit = { kind: 'discount', fixed: 100, ratePpm: 0, max: null } as const;
  const of = (id: string, parts: Partial<PromotionTerms> = {}): Promotion => ({
    promotionId: id,
    versionId: `${id}-1`,
    version: 1,
    terms: promotionTerms({ benefit, limits, ...parts }),
  });
  const past = {
    accountId: 'a',
    merchantId: 'm',
    scene: 'merchant_payment',
    method: 'wechat',
    host: 'weapp',
    category: 'food',
    userTier: 'standard',
    amountFen: fen(1_000),
    feeFen: fen(0),
    feesFen: { wechat: fen(0), alipay: fen(0) },
    pointsRedeemedFen: fen(0),
    counted: true,
    pricedAtMs: NOW.getTime(),
    createdAtMs: NOW.getTime(),
    closedAtMs: null,
    paidAtMs: NOW.getTime() + 1,
    accountCreatedAtMs: 0,
    firstPaidAtMs: null,
    firstPaidMerchantAtMs: null,
    refunds: [],
    versionIds: [],
  } as const;
  const [draft, other] = [of('draft'), of('other')];
  const run = startPromotionRehearsal({ draft, liveAt: () => [other], cashbackHosts: [] });
  run.recall({ promotion: { ...draft, versionId: 'draft-0' }, user, amount: 100 });
  run.recall({ promotion: other, user: { ...user, accountId: 'b' }, amount: 100 });
  expect(run.add(past)).toEqual({ verdict: 'not_for_payer', claims: [] });
  const second = run.add({ ...past, accountId: 'c' });
  expect(second.verdict).toBe('granted');
  expect(second.claims.map(({ versionId }) => versionId)).toEqual(['draft-1']);
  expect(run.add({ ...past, accountId: 'd' }).verdict).toBe('over_budget');
  expect(run.report().budget).toEqual({
    fenLeft: 0,
    timesLeft: null,
    returned: 0,
    ranOutAtMs: NOW.getTime(),
  });
});
