import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  claimExpiredOrders,
  claimOutbox,
  claimUnresolvedAttempts,
  closeOrder,
  completeOutbox,
  createAttempt,
  createSession,
  failOutbox,
  getLink,
  getOrder,
  idempotency,
  InvalidCursor,
  isReady,
  isSessionActive,
  listCategories,
  listOrders,
  markNotificationApplied,
  migrate,
  openAttempts,
  openDatabase,
  receiveNotification,
  recentMerchants,
  recordAttemptState,
  recordPayment,
  recordSubmitted,
  rotateSession,
  searchMerchants,
  seed,
  SEED_LINKS,
} from '../../cloud/store';
import { accountOfLogin } from '../../cloud/store/logins';
import { isCodeValid } from '../../cloud/domain';
import { createTestDatabase } from '../support/database';
import { newAccount, newAttempt, newOrder, NOW, openTestStore, type TestStore } from '../support/store';

let store: TestStore;
let accountId: string;
beforeAll(async () => {
  store = await openTestStore();
});
beforeEach(async () => {
  accountId = await newAccount(store.db);
});
afterAll(() => store.close());

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe('migrations', () => {
  test('are applied once, by whichever of many processes comes first', async () => {
    const database = await createTestDatabase();
    const pools = Array.from({ length: 4 }, () => openDatabase({ url: database.url, poolMax: 2 }));
    try {
      const [first] = pools;
      if (first === undefined) throw new Error('no pool');
      expect(await isReady(first)).toBe(false);
      const applied = await Promise.all(pools.map((db) => migrate(db)));
      expect(applied.flat().sort()).toEqual([
        '0001-accounts',
        '0002-merchants',
        '0003-orders',
        '0004-ledger',
        '0005-refunds',
        '0006-ledger-scale',
        '0007-reconcile',
        '0008-settlements',
        '0009-fee-rules',
        '0010-open-work',
        '0011-payouts-of-payee',
        '0012-postings-in-one-row',
        '0013-attempt-steps',
        '0015-terms-of-a-total',
        '0016-promotions',
        '0017-identity',
        '0017b-authenticators',
        '0018-vault',
        '0019-risk',
        '0020-points',
        '0021-points-warnings',
        '0022-rehearsals',
        '0023-rule-versions',
        '0026-risk-trust',
        '0027-risk-books',
        '0028-devices',
        '0029-phones',
        '0030-one-lock',
        '0031-personal',
        '0032-logins',
        '0033-biometrics',
        '0034-judged-cards',
        '0035-history-unchecked',
        '0036-passing-on',
        '0037-lean-payments',
      ]);
      expect(await migrate(first)).toEqual([]);
      expect(await isReady(first)).toBe(true);
      await Promise.all(pools.map((db) => seed(db, { now: NOW })));
    } finally {
      await Promise.all(pools.map((db) => db.destroy()));
      await database.drop();
    }
  });
});

describe('merchants', () => {
  const names = async (query: string) =>
    (await searchMerchants(store.db, { query, limit: 50 })).items.map((merchant) => merchant.name);

  test('are found by Chinese, pinyin, initials, with spaces and in capitals', async () => {
    for (const query of ['山茶', 'shancha', 'Shan Cha Ka Fei', 'sckf', ' 山茶咖啡 ']) {
      expect(await names(query)).toContain('山茶咖啡');
    }
    expect(await names('没有这家')).toEqual([]);
  });

  test('take wildcards as plain characters', async () => {
    for (const query of ['%', '_', '\\', "'", '%%%']) expect(await names(query)).toEqual([]);
  });

  test('come in pages that miss and repeat nothing', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchMerchants(store.db, { limit: 7, cursor });
      seen.push(...page.items.map((merchant) => merchant.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    const categories = await listCategories(store.db);
    expect(categories.reduce((sum, category) => sum + category.merchantCount, 0)).toBe(seen.length);
    expect(categories.every((category) => category.merchantCount > 0)).toBe(true);
    expect(seen.length).toBeGreaterThanOrEqual(12);
    await expect(searchMerchants(store.db, { limit: 7, cursor: 'nonsense' })).rejects.toThrow(InvalidCursor);
  });

  test('have links with codes that can be checked', async () => {
    for (const code of Object.values(SEED_LINKS)) {
      expect(isCodeValid(code)).toBe(true);
      expect((await getLink(store.db, code))?.code).toBe(code);
    }
    expect((await getLink(store.db, SEED_LINKS.closedMerchant))?.merchant.open).toBe(false);
    expect(await getLink(store.db, 'NOSUCHCODE')).toBeUndefined();
  });

  test('paid lately come first', async () => {
    expect(await recentMerchants(store.db, { accountId, limit: 5 })).toEqual([]);
    const attempt = await newAttempt(store.db, await newOrder(store.db, { accountId }));
    await recordPayment(store.db, {
      attemptId: attempt.id,
      transactionId: 'T',
      totalFen: attempt.totalFen,
      succeededAt: NOW,
      source: 'query',
      now: NOW,
    });
    expect((await recentMerchants(store.db, { accountId, limit: 5 })).map(({ name }) => name)).toEqual([
      '山茶咖啡',
    ]);
  });
});

describe('accounts and sessions', () => {
  test('one account per host, app and open id, whatever comes at once', async () => {
    const open = { host: 'alipay' as const, appId: 'app', openId: randomUUID(), now: NOW };
    const accounts = await Promise.all(
      Array.from({ length: 10 }, () =>
        accountOfLogin(store.db, { ...open, id: uuidv7(), unionId: undefined }),
      ),
    );
    expect(new Set(accounts).size).toBe(1);
  });

  test('a refresh token works once; coming back it ends the session', async () => {
    const sessionId = uuidv7();
    await createSession(store.db, {
      id: sessionId,
      accountId,
      host: 'weapp',
      deviceId: 'device-1',
      refreshTokenHash: `first-${sessionId}`,
      expiresAt: later(1_000),
      now: NOW,
    });
    const rotate = (from: string, to: string, madeFor?: string) =>
      rotateSession(store.db, {
        refreshTokenHash: `${from}-${sessionId}`,
        madeFor,
        next: () => ({ hash: `${to}-${sessionId}`, expiresAt: later(2_000) }),
        network: undefined,
        now: NOW,
      });
    expect(await rotate('wrong', 'x')).toEqual({ outcome: 'invalid' });
    expect(await rotate('first', 'second')).toEqual({
      outcome: 'rotated',
      sessionId,
      accountId,
      host: 'weapp',
    });
    expect(await isSessionActive(store.db, { sessionId, now: NOW })).toBe(true);
    expect(await isSessionActive(store.db, { sessionId, now: later(3_000) })).toBe(false);
    expect(await rotate('first', 'third')).toEqual({ outcome: 'reused', sessionId, accountId });
    expect(await isSessionActive(store.db, { sessionId, now: NOW })).toBe(false);
    expect(await rotate('second', 'third')).toEqual({ outcome: 'invalid' });
  });
});

describe('orders and attempts', () => {
  test('belong to their account', async () => {
    const orderId = await newOrder(store.db, { accountId });
    expect(await getOrder(store.db, { orderId, accountId: await newAccount(store.db) })).toBeUndefined();
    expect((await getOrder(store.db, { orderId, accountId }))?.state).toBe('created');
  });

  test('are listed newest first, page by page, by state', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await newOrder(store.db, { accountId }));
    const first = await listOrders(store.db, { accountId, limit: 3 });
    const second = await listOrders(store.db, { accountId, limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await listOrders(store.db, { accountId, limit: 3, state: 'paid' })).items).toEqual([]);
  });

  test('no attempt is made for an order that is closed or past its time', async () => {
    const orderId = await newOrder(store.db, { accountId });
    const order = await getOrder(store.db, { orderId });
    if (order === undefined) throw new Error('no order');
    // As it was read before it was closed.
    const attempt = { order, method: 'wechat' } as const;
    const late = await createAttempt(store.db, { ...attempt, attemptId: uuidv7(), now: later(900_000) });
    expect(late).toEqual({ outcome: 'refused', code: 'order_closed' });
    await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
    const outdated = await createAttempt(store.db, { ...attempt, attemptId: uuidv7(), now: NOW });
    expect(outdated).toEqual({ outcome: 'outdated' });
    const now = { ...order, state: 'closed' as const };
    const closed = await createAttempt(store.db, { ...attempt, order: now, attemptId: uuidv7(), now: NOW });
    expect(closed).toEqual({ outcome: 'refused', code: 'order_closed' });
    expect(await openAttempts(store.db, orderId)).toEqual([]);
  });

  test('what opens the window is kept only while the order is open', async () => {
    const orderId = await newOrder(store.db, { accountId });
    const attempt = await newAttempt(store.db, orderId);
    const submitted = {
      attemptId: attempt.id,
      invocation: { kind: 'alipay', tradeNO: '1' } as const,
      now: NOW,
    };
    expect(await recordSubmitted(store.db, submitted)).toBe('submitted');
    expect((await openAttempts(store.db, orderId)).map(({ invocation }) => invocation)).toEqual([
      submitted.invocation,
    ]);
    const key = { accountId, endpoint: 'attempts', key: randomUUID(), leasedUntil: later(1_000) };
    const answer = { ...key, status: 201, body: '{}' };
    const ask = { ...key, requestHash: 'a', now: NOW };
    expect(await recordSubmitted(store.db, submitted, answer)).toBe('claim_lost');
    expect(await idempotency.begin(store.db, ask)).toMatchObject({ outcome: 'started' });
    expect(await recordSubmitted(store.db, submitted, answer)).toBe('submitted');
    expect(await idempotency.begin(store.db, ask)).toMatchObject({ outcome: 'replay', body: '{}' });
    await closeOrder(store.db, { orderId, reason: 'cancelled_by_user', actor: 'user', now: NOW });
    expect(await recordSubmitted(store.db, submitted)).toBe('ended');
    const other = { ...ask, key: randomUUID() };
    await idempotency.begin(store.db, other);
    expect(await recordSubmitted(store.db, submitted, { ...answer, key: other.key })).toBe('ended');
    expect(await idempotency.begin(store.db, other)).toEqual({ outcome: 'in_progress' });
  });

  test('an attempt that was brought on meanwhile is not given up by whoever started it', async () => {
    const attempt = await newAttempt(store.db, await newOrder(store.db, { accountId }));
    const invocation = { kind: 'alipay', tradeNO: '1' } as const;
    await recordSubmitted(store.db, { attemptId: attempt.id, invocation, now: NOW });
    const move = { attemptId: attempt.id, reason: 'gateway_refused', actor: 'gateway', now: NOW } as const;
    expect(await recordAttemptState(store.db, { ...move, from: 'created', to: 'failed' })).toBe(false);
    expect((await openAttempts(store.db, attempt.orderId)).map(({ id }) => id)).toEqual([attempt.id]);
  });

  test('moves that the domain does not allow do not happen', async () => {
    const attempt = await newAttempt(store.db, await newOrder(store.db, { accountId }));
    const move = { attemptId: attempt.id, reason: 'gateway_closed', actor: 'gateway', now: NOW } as const;
    expect(await recordAttemptState(store.db, { ...move, to: 'closed' })).toBe(true);
    expect(await recordAttemptState(store.db, { ...move, to: 'failed' })).toBe(false);
    expect(await openAttempts(store.db, attempt.orderId)).toEqual([]);
  });
});

describe('work is claimed by one worker at a time', () => {
  test('expired orders, for the length of a lease', async () => {
    const orderId = await newOrder(store.db, { accountId });
    const claim = (now: Date) => claimExpiredOrders(store.db, { limit: 1_000, now, leaseMs: 10_000 });
    expect(await claim(later(899_999))).not.toContain(orderId);
    const both = await Promise.all([claim(later(900_001)), claim(later(900_001))]);
    expect(both.flat().filter((id) => id === orderId)).toHaveLength(1);
    expect(await claim(later(905_000))).not.toContain(orderId);
    expect(await claim(later(911_000))).toContain(orderId);
  });

  test('unresolved attempts, at growing intervals', async () => {
    const attempt = await newAttempt(store.db, await newOrder(store.db, { accountId }));
    const claim = async (ms: number) =>
      (
        await claimUnresolvedAttempts(store.db, {
          limit: 1_000,
          now: later(ms),
          olderThanMs: 20_000,
          leaseMs: 1,
        })
      ).some(({ id }) => id === attempt.id);
    expect(await claim(19_000)).toBe(false);
    expect(await claim(20_000)).toBe(true);
    expect(await claim(39_000)).toBe(false);
    expect(await claim(41_000)).toBe(true);
    expect(await claim(80_000)).toBe(false);
    expect(await claim(82_000)).toBe(true);
  });
});

test('a connection that the server ends between two queries fails its own transaction and nothing else', async () => {
  const held = store.db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
    const pid = rows[0]?.pid ?? 0;
    await sql`select pg_terminate_backend(${pid}, 5000)`.execute(store.db);
    // The news of it arrives while nobody asks anything of the connection.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sql`select 1`.execute(transaction);
  });
  await expect(held).rejects.toThrow();
  expect(await isReady(store.db)).toBe(true);
});

describe('idempotency keys', () => {
  const scope = () => ({ accountId, endpoint: 'orders', key: randomUUID() });
  type Scope = ReturnType<typeof scope>;
  const leasedUntil = later(1_000);
  const begin = (key: Scope, requestHash = 'a', now = NOW) =>
    idempotency.begin(store.db, {
      ...key,
      requestHash,
      now,
      leasedUntil: new Date(now.getTime() + 1_000),
    });
  const answer = { status: 201, body: '{}' };

  test('let one of many start, replay its answer, refuse another body', async () => {
    const key = scope();
    const claims = await Promise.all(Array.from({ length: 20 }, () => begin(key)));
    expect(claims.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === 'in_progress')).toHaveLength(19);
    expect(await begin(key, 'b')).toEqual({ outcome: 'mismatch' });
    expect(await idempotency.finish(store.db, { ...key, leasedUntil, ...answer })).toBe(true);
    expect(await begin(key)).toEqual({ outcome: 'replay', ...answer });
    expect(await begin(key, 'b')).toEqual({ outcome: 'mismatch' });
    await idempotency.abandon(store.db, { ...key, leasedUntil });
    expect((await begin(key)).outcome).toBe('replay');
  });

  test('come with what was to be read, or with nothing where that is not there', async () => {
    const ask = () => ({ ...scope(), requestHash: 'a', now: NOW, leasedUntil });
    const reading = (id: string) =>
      store.db
        .selectFrom('logins')
        .select(['accountId as id', 'openId'])
        .where('accountId', '=', id)
        .compile();
    const found = {
      outcome: 'started',
      read: [expect.objectContaining({ id: accountId, openId: expect.any(String) })],
    };
    const once = ask();
    expect(await idempotency.begin(store.db, once, reading(accountId))).toMatchObject(found);
    expect(await idempotency.begin(store.db, once, reading(accountId))).toEqual({ outcome: 'in_progress' });
    const nothing = { outcome: 'started', read: [] };
    expect(await idempotency.begin(store.db, ask(), reading(randomUUID()))).toEqual(nothing);
  });

  test('are free again when given up or when their lease ran out', async () => {
    const key = scope();
    await begin(key);
    await idempotency.abandon(store.db, { ...key, leasedUntil });
    expect(await begin(key)).toMatchObject({ outcome: 'started' });
    expect(await begin(key, 'a', later(999))).toEqual({ outcome: 'in_progress' });
    expect(await begin(key, 'a', later(1_000))).toMatchObject({ outcome: 'started' });
  });

  test('that were taken over are neither answered nor given up by their first holder', async () => {
    const key = scope();
    await begin(key);
    expect(await begin(key, 'a', later(1_000))).toMatchObject({ outcome: 'started' });
    expect(await idempotency.finish(store.db, { ...key, leasedUntil, ...answer })).toBe(false);
    await idempotency.abandon(store.db, { ...key, leasedUntil });
    expect(await begin(key, 'a', later(1_500))).toEqual({ outcome: 'in_progress' });
    const taken = { ...key, leasedUntil: later(2_000), status: 201, body: '[]' };
    expect(await idempotency.finish(store.db, taken)).toBe(true);
    expect(await begin(key, 'a', later(1_500))).toEqual({ outcome: 'replay', status: 201, body: '[]' });
  });
});

test('the inbox knows what came and what was applied', async () => {
  const notification = { gateway: 'wechatpay', notificationId: randomUUID(), body: '{}', now: NOW };
  const receive = () => receiveNotification(store.db, { ...notification, id: uuidv7() });
  expect((await Promise.all([receive(), receive(), receive()])).sort()).toEqual([
    'duplicate_unapplied',
    'duplicate_unapplied',
    'new',
  ]);
  await markNotificationApplied(store.db, notification);
  expect(await receive()).toBe('duplicate_applied');
});

test('the outbox delivers at least once, waits longer after each failure, and gives up in the end', async () => {
  const id = uuidv7();
  await store.db
    .insertInto('outbox')
    .values({ id, type: 'test', payload: '{}', createdAt: NOW, nextAt: NOW })
    .execute();
  const claim = async (now: Date) =>
    (await claimOutbox(store.db, { limit: 10_000, now, leaseMs: 5_000 })).find((event) => event.id === id);
  expect((await Promise.all([claim(NOW), claim(NOW)])).filter(Boolean)).toHaveLength(1);
  expect(await claim(later(4_000))).toBeUndefined();
  expect(await claim(later(5_000))).toMatchObject({ attempts: 0 });
  let now = later(5_000);
  for (let attempts = 0; attempts < 12; attempts += 1) {
    await failOutbox(store.db, { id, attempts, error: 'no answer', now });
    now = new Date(now.getTime() + 3_600_000);
  }
  expect(await claim(now)).toBeUndefined();
  const dead = await store.db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(dead).toMatchObject({ attempts: 12, lastError: 'no answer' });
  expect(dead.deadAt).not.toBeNull();
  await completeOutbox(store.db, { id, now });
});
