import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import { readCard } from '../../cloud/domain/cards';
import {
  createSession,
  isOfGoneAccount,
  isSessionActive,
  listOrders,
  pointsBalance,
  recordRefundReport,
  requestRefund,
} from '../../cloud/store';
import {
  addSecurityEvent,
  createPin,
  getPhone,
  getPin,
  listSecurityEvents,
  lockAccount,
} from '../../cloud/store/identity';
import { accountOfLogin, getLogin, listLogins, unlinkLogin } from '../../cloud/store/logins';
import * as points from '../../cloud/store/points';
import { CARDS_MAX } from '../../cloud/contract/limits';
import { bindCard, listCards, openFromVault } from '../../cloud/store/vault';
import { accountOf, codeFor, givePhone, join, VAULT } from '../support/linking';
import {
  givePoints,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  payAttempt,
  storeOfTests,
} from '../support/store';

const store = storeOfTests();
const after = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

async function paid(accountId: string, amountFen = 10_000) {
  const orderId = await newOrder(store.db, { accountId, amountFen });
  const attempt = await newAttempt(store.db, orderId);
  await payAttempt(store.db, attempt);
  await points.addEarnedLot(store.db, { orderId, attemptId: attempt.id, now: NOW });
  await sql`update outbox set completed_at = ${NOW} where completed_at is null`.execute(store.db);
  return { orderId, attemptId: attempt.id };
}

async function pair(): Promise<{ into: string; from: string }> {
  return { into: await accountOf(store.db, 'weapp'), from: await accountOf(store.db, 'alipay') };
}

const cardNumbers = ['4111111111111111', '5555555555554444', '4012888888881881', '5105105105105100'];
async function bind(accountId: string, number: string): Promise<string> {
  const id = uuidv7();
  const card = readCard(number);
  if (card === undefined) throw new Error('no card');
  const bound = { accountId, id, card, now: NOW };
  expect(await bindCard(store.db, VAULT, bound, () => Promise.resolve())).toMatchObject({ outcome: 'bound' });
  return id;
}

test('orders, points, cards, events and the login go over; factors of the other account are gone', async () => {
  const { into, from } = await pair();
  const [kept, gone] = [await paid(into), await paid(from, 20_000)];
  await givePoints(store.db, { accountId: from, points: 70, now: NOW });
  await bind(into, cardNumbers[0] ?? '');
  await bind(from, cardNumbers[0] ?? '');
  const card = await bind(from, cardNumbers[1] ?? '');
  await createPin(store.db, { accountId: from, hash: 'x', now: NOW });
  await addSecurityEvent(store.db, {
    accountId: from,
    id: uuidv7(),
    kind: 'pin_set',
    sessionId: null,
    at: NOW,
  });
  const sessionId = uuidv7();
  await createSession(store.db, {
    id: sessionId,
    accountId: from,
    host: 'alipay',
    deviceId: 'd',
    refreshTokenHash: uuidv7(),
    expiresAt: after(1),
    now: NOW,
  });
  const [pointsInto, pointsFrom] = [await pointsBalance(store.db, into), await pointsBalance(store.db, from)];

  expect(await join(store.db, { into, from })).toEqual({ outcome: 'joined' });
  const orders = await listOrders(store.db, { accountId: into, limit: 10 });
  expect(orders.items.map(({ id }) => id).sort()).toEqual([kept.orderId, gone.orderId].sort());
  expect(await pointsBalance(store.db, into)).toBe(pointsInto + pointsFrom);
  expect(await pointsBalance(store.db, from)).toBe(0);
  const cards = (await listCards(store.db, into)).map(({ id }) => id);
  expect(cards).toHaveLength(2);
  expect(cards).toContain(card);
  expect((await openFromVault(store.db, VAULT, { accountId: into, id: card }))?.reveal()).toBe(
    cardNumbers[1],
  );
  expect((await listLogins(store.db, into)).map(({ host }) => host).sort()).toEqual(['alipay', 'weapp']);
  expect(await getPin(store.db, from)).toBeUndefined();
  expect(await getPhone(store.db, from)).toBeUndefined();
  expect(await getPhone(store.db, into)).toBeDefined();
  expect(await isSessionActive(store.db, { sessionId, now: NOW })).toBe(false);
  const events = await listSecurityEvents(store.db, { accountId: into, limit: 10 });
  expect(events.items.map(({ kind }) => kind)).toEqual(['login_linked', 'pin_set']);

  // The statement shows what both earned, and comes to the balance.
  const { items } = await points.pointsStatement(store.db, { accountId: into, limit: 50 });
  expect(items.reduce((sum, line) => sum + line.available + line.pending, 0)).toBe(pointsInto + pointsFrom);
  expect(items.map(({ orderId }) => orderId)).toEqual(expect.arrayContaining([kept.orderId, gone.orderId]));

  // A refund of what the other account paid takes its points from this one, its window ends here.
  const refundId = uuidv7();
  const request = {
    refundId,
    orderId: gone.orderId,
    amountFen: 10_000,
    note: '',
    operator: 'alice',
    now: NOW,
  };
  expect(await requestRefund(store.db, request)).toMatchObject({ outcome: 'requested' });
  await recordRefundReport(store.db, { refundId, reported: 'succeeded', reportedFen: undefined, now: NOW });
  expect(await pointsBalance(store.db, into)).toBeLessThan(pointsInto + pointsFrom);
  for (const lot of [kept.attemptId, gone.attemptId])
    expect(await points.releaseLot(store.db, { id: lot, accountId: into, now: after(8) })).toBeGreaterThan(0);
  expect(await points.pendingPointsOf(store.db, into)).toBe(0);
});

test('nothing is added to an account that is gone, and events are rewritten by joining alone', async () => {
  const { into, from } = await pair();
  const stranger = await newAccount(store.db);
  await addSecurityEvent(store.db, {
    accountId: from,
    id: uuidv7(),
    kind: 'pin_set',
    sessionId: null,
    at: NOW,
  });
  await expect(
    sql`update security_events set account_id = ${stranger} where account_id = ${from}`.execute(store.db),
  ).rejects.toThrow('append-only');
  await join(store.db, { into, from });
  const order = newOrder(store.db, { accountId: from });
  await expect(order).rejects.toThrow('orders_account_id_fkey');
  expect(isOfGoneAccount(await order.catch((error: unknown) => error))).toBe(true);
});

test.each<[string, string, (both: { into: string; from: string }) => Promise<unknown>]>([
  ['another number', 'phone_differs', async ({ from }) => givePhone(store.db, from, '13900139000')],
  [
    'a number that was changed just now',
    'phone_differs',
    async ({ from }) => {
      await givePhone(store.db, from, '13900139000');
      await givePhone(store.db, from, '13800138000');
    },
  ],
  ['an open order of it', 'under_way', ({ from }) => newOrder(store.db, { accountId: from })],
  ['an open order of the other', 'under_way', ({ into }) => newOrder(store.db, { accountId: into })],
  [
    'a refund under way',
    'under_way',
    async ({ from }) => {
      const { orderId } = await paid(from);
      await requestRefund(store.db, {
        refundId: uuidv7(),
        orderId,
        amountFen: 1,
        note: '',
        operator: 'a',
        now: NOW,
      });
    },
  ],
  [
    'a lock',
    'locked',
    ({ into }) =>
      lockAccount(store.db, { id: uuidv7(), accountId: into, reason: 'user', sessionId: null, now: NOW }),
  ],
  [
    'a deletion',
    'being_deleted',
    ({ from }) =>
      sql`insert into account_deletions (account_id, id, state, asked_at, due_at, next_at)
        values (${from}, ${uuidv7()}, 'cooling', ${NOW}, ${after(7)}, ${after(7)})`.execute(store.db),
  ],
])('%s keeps accounts apart: %s', async (_, obstacle, arrange) => {
  const both = await pair();
  await arrange(both);
  expect(await join(store.db, both)).toEqual({ outcome: 'refused', obstacle });
  expect(await getLogin(store.db, { accountId: both.from, host: 'alipay' })).toBeDefined();
});

test('an account has one login of each host', async () => {
  const both = { into: await accountOf(store.db, 'weapp'), from: await accountOf(store.db, 'weapp') };
  expect(await join(store.db, { ...both, host: 'weapp' })).toEqual({
    outcome: 'refused',
    obstacle: 'same_host',
  });
  expect(await join(store.db, { into: both.into, from: both.into })).toMatchObject({ outcome: 'refused' });
});

test('a code joins once, whatever comes at once', async () => {
  const into = await accountOf(store.db, 'weapp');
  const others = [await accountOf(store.db, 'alipay'), await accountOf(store.db, 'alipay')];
  const hash = await codeFor(store.db, into);
  const joined = await Promise.all(others.map((from) => join(store.db, { into, from, hash })));
  expect(joined.map(({ outcome }) => outcome).sort()).toEqual(['joined', 'refused']);
});

test('two accounts that are joined into each other at one moment become one', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { into, from } = await pair();
    const [hash, back] = [await codeFor(store.db, into), await codeFor(store.db, from)];
    const [one, other] = await Promise.all([
      join(store.db, { into, from, hash }),
      join(store.db, { into: from, from: into, hash: back, host: 'weapp' }),
    ]);
    expect([one.outcome, other.outcome].sort()).toEqual(['joined', 'refused']);
  }
});

test('joining beside paying: each order is either seen or refused, and none is left behind', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { into, from } = await pair();
    const hash = await codeFor(store.db, into);
    const [joined, placed] = await Promise.allSettled([
      join(store.db, { into, from, hash }),
      newOrder(store.db, { accountId: from }),
    ]);
    const done = joined.status === 'fulfilled' && joined.value.outcome === 'joined';
    // Joined: the order was refused by the reference. Refused: it was there first.
    expect(placed.status).toBe(done ? 'rejected' : 'fulfilled');
    const left = await listOrders(store.db, { accountId: from, limit: 5 });
    expect(left.items).toHaveLength(done ? 0 : 1);
  }
});

test('cards never go beyond what an account may hold', async () => {
  const { into, from } = await pair();
  for (let count = 0; count < CARDS_MAX - 1; count += 1) {
    const id = uuidv7();
    await sql`insert into bank_cards (account_id, id, scheme, last_four, bound_at)
      values (${into}, ${id}, 'visa', '0000', ${after(-3)})`.execute(store.db);
  }
  await bind(from, cardNumbers[2] ?? '');
  const newest = await bind(from, cardNumbers[3] ?? '');
  await join(store.db, { into, from });
  const cards = await listCards(store.db, into);
  expect(cards).toHaveLength(CARDS_MAX);
  expect(cards[0]?.id).toBe(newest);
});

test('a login taken off leaves one, starts anew, and not again soon', async () => {
  const { into, from } = await pair();
  const unlink = (host: 'weapp' | 'alipay', now = NOW) =>
    unlinkLogin(
      store.db,
      { accountId: into, host, sessionId: uuidv7(), id: uuidv7(), pauseMs: 1_000_000_000, now },
      () => Promise.resolve(),
    );
  expect(await unlink('alipay')).toEqual({ outcome: 'not_linked' });
  expect(await unlink('weapp')).toEqual({ outcome: 'last_login' });
  await join(store.db, { into, from });
  const login = await getLogin(store.db, { accountId: into, host: 'alipay' });
  const both = await Promise.all([unlink('weapp'), unlink('alipay')]);
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['last_login', 'unlinked']);
  expect(await listLogins(store.db, into)).toHaveLength(1);
  if ((await getLogin(store.db, { accountId: into, host: 'alipay' })) === undefined) {
    const again = { id: uuidv7(), host: 'alipay', appId: 'app1', unionId: undefined, now: NOW } as const;
    expect(await accountOfLogin(store.db, { ...again, openId: login?.openId ?? '' })).toBe(again.id);
  }
  const lonely = (await listLogins(store.db, into))[0]?.host === 'weapp' ? 'alipay' : 'weapp';
  const next = await accountOf(store.db, lonely);
  await sql`update outbox set completed_at = ${NOW} where completed_at is null`.execute(store.db);
  expect(await join(store.db, { into, from: next, host: lonely })).toEqual({ outcome: 'joined' });
  expect(await unlink(lonely)).toMatchObject({ outcome: 'too_soon' });
});

test('points of all accounts together are the same after any joins, refunds and payments', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          kind: fc.constantFrom('pay', 'give', 'join', 'join', 'refund'),
          at: fc.nat(3),
          of: fc.nat(3),
        }),
        { minLength: 4, maxLength: 12 },
      ),
      async (steps) => {
        const hosts = ['weapp', 'alipay', 'weapp', 'alipay'] as const;
        const number = `138${String(fc.sample(fc.nat(99_999_999), 1)[0]).padStart(8, '0')}`;
        const all = await Promise.all(hosts.map((host) => accountOf(store.db, host, number)));
        const total = async () => {
          const sums = await Promise.all(all.map((id) => pointsBalance(store.db, id)));
          return sums.reduce((sum, count) => sum + count, 0);
        };
        const orders: string[] = [];
        for (const { kind, at, of } of steps) {
          const [one, other] = [all[at] ?? '', all[of] ?? ''];
          const alive = (await listLogins(store.db, one)).length > 0;
          if (kind === 'pay' && alive) orders.push((await paid(one)).orderId);
          if (kind === 'give' && alive) await givePoints(store.db, { accountId: one, points: 5, now: NOW });
          const orderId = orders.at(at);
          if (kind === 'refund' && orderId !== undefined) {
            const refundId = uuidv7();
            const refund = { refundId, orderId, amountFen: undefined, note: '', operator: 'a', now: NOW };
            if ((await requestRefund(store.db, refund)).outcome === 'requested')
              await recordRefundReport(store.db, {
                refundId,
                reported: 'succeeded',
                reportedFen: undefined,
                now: NOW,
              });
            await sql`update outbox set completed_at = ${NOW} where completed_at is null`.execute(store.db);
          }
          if (kind === 'join' && one !== other && alive) {
            const before = await total();
            await join(store.db, { into: one, from: other, host: hosts[of] ?? 'weapp' });
            await sql`update outbox set completed_at = ${NOW} where completed_at is null`.execute(store.db);
            expect(await total()).toBe(before);
          }
        }
      },
    ),
    { numRuns: 12 },
  );
});
