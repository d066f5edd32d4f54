import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import type { Host } from '../../cloud/contract/types';
import { fen, orderNumber, type MethodPricing, type PaymentMethod, type Reducer } from '../../cloud/domain';
import {
  createAttempt,
  getMerchant,
  getOrder,
  migrate,
  newOrder as makeOrder,
  openDatabase,
  placeOrder,
  recordPayment,
  seed,
  type AttemptRow,
  type Database,
} from '../../cloud/store';
import { accountOfLogin } from '../../cloud/store/logins';
import { holdPoints } from '../../cloud/store/points';
import { addPosting } from '../../cloud/store/postings';
import { createTestDatabase } from './database';
import { brokenInvariants } from './invariants';
import { firstPrices } from './pricing';

export const NOW = new Date('2026-11-23T04:00:00.000Z');
export const MERCHANT_ID = '01900000-0000-7000-8000-000000000001';

export interface TestStore {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated and seeded database of its own. */
export async function openTestStore(poolMax = 20): Promise<TestStore> {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, poolMax });
  await migrate(db);
  await seed(db, { now: NOW });
  return {
    db,
    url: database.url,
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}

export interface StoreOfTests extends Pick<TestStore, 'db' | 'url'> {
  /** An account of this test alone. */
  readonly accountId: string;
}

/** A store for all tests of a file, with a new account for each of them; after each the invariants hold. */
export function storeOfTests(): StoreOfTests {
  let store: TestStore;
  let accountId: string;
  beforeAll(async () => {
    store = await openTestStore();
  });
  beforeEach(async () => {
    accountId = await newAccount(store.db);
  });
  afterEach(async () => {
    expect(await brokenInvariants(store.db)).toEqual([]);
  });
  afterAll(() => store.close());
  return {
    get db() {
      return store.db;
    },
    get url() {
      return store.url;
    },
    get accountId() {
      return accountId;
    },
  };
}

/** Records that a gateway told of an attempt's success, of its own amount where no other is given. */
export const payAttempt = (
  db: Database,
  attempt: Pick<AttemptRow, 'id' | 'totalFen'>,
  totalFen = attempt.totalFen,
): ReturnType<typeof recordPayment> =>
  recordPayment(db, {
    attemptId: attempt.id,
    transactionId: `T${attempt.id}`,
    totalFen,
    succeededAt: NOW,
    source: 'notification',
    now: NOW,
  });

export async function newAccount(db: Database, host: Host = 'weapp'): Promise<string> {
  const id = uuidv7();
  await accountOfLogin(db, {
    id,
    host,
    appId: 'app1',
    openId: `open-${id}`,
    unionId: undefined,
    now: NOW,
  });
  return id;
}

export async function newOrder(
  db: Database,
  options: {
    accountId: string;
    host?: Host;
    merchantId?: string;
    amountFen?: number;
    method?: PaymentMethod;
    reducers?: readonly Reducer[];
    /** What it costs through each method, where that is not by the first rules and `reducers`. */
    methods?: readonly MethodPricing[];
    /** Whether the payer is given the points that the order is to be paid with, and the order holds them; it is. */
    hold?: boolean;
    now?: Date;
  },
): Promise<string> {
  const id = uuidv7();
  const { now = NOW, method = 'wechat', accountId } = options;
  const amountFen = fen(options.amountFen ?? 1_234);
  const merchant = await getMerchant(db, options.merchantId ?? MERCHANT_ID);
  if (merchant === undefined) throw new Error('no such merchant');
  const order = makeOrder({
    id,
    orderNumber: orderNumber('261123', randomBytes(16)),
    accountId,
    host: options.host ?? 'weapp',
    merchant,
    linkCode: null,
    remark: '',
    method,
    methods: options.methods ?? firstPrices(amountFen, options.reducers),
    createdAt: now,
    expiresAt: new Date(now.getTime() + 900_000),
  });
  await placeOrder(db, order);
  const { pointsRedeemed: points } = order.row;
  if (points > 0 && options.hold !== false) {
    await givePoints(db, { accountId, points, now });
    await holdPoints(db, { orderId: id, accountId, points, now });
  }
  return id;
}

/** Gives an account points to be spent, out of nothing. */
export async function givePoints(
  db: Database,
  gift: { readonly accountId: string; readonly points: number; readonly now: Date },
): Promise<void> {
  const { accountId, points, now } = gift;
  const id = uuidv7();
  const entries = [
    { account: { kind: 'points_issued' }, unit: 'POINTS', amount: points },
    { account: { kind: 'user_points', owner: accountId }, unit: 'POINTS', amount: -points },
  ] as const;
  await addPosting(db, { kind: 'points_release', entries }, { id, orderId: id, attemptId: id, now });
  const expiresAt = new Date(now.getTime() + 365 * 86_400_000);
  await sql`
    insert into points_lots (id, account_id, kind, earned, points, state, available_at, expires_at, created_at)
      values (${id}, ${accountId}, 'opening', 0, ${points}, 'available', ${now}, ${expiresAt}, ${now})`.execute(
    db,
  );
}

export async function newAttempt(
  db: Database,
  orderId: string,
  method: PaymentMethod = 'wechat',
  now: Date = NOW,
): Promise<AttemptRow> {
  const order = await getOrder(db, { orderId });
  if (order === undefined) throw new Error('no such order');
  const created = await createAttempt(db, { attemptId: uuidv7(), order, method, now });
  if (created.outcome !== 'created') throw new Error(`not created: ${created.outcome}`);
  return created.attempt;
}

/** Waits until a statement that holds these words, any where there are none, waits for a lock. */
export async function untilLockWaited(db: Database, words = ''): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and strpos(query, ${words}) > 0`.execute(db);
    if (rows.length > 0) return;
  }
}

/**
 * Waits until every posting can be sealed. Transactions are numbered over all databases of a server, so those of tests that
 * run beside this one hold the sealing up for a moment.
 */
export async function untilSealable(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ sealable: boolean }>`
      select coalesce(pg_snapshot_xmin(pg_current_snapshot()) > max(xid), true) as sealable from postings`.execute(
      db,
    );
    if (rows[0]?.sealable === true) return;
    await sleep(5);
  }
}
