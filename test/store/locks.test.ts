import { sql, type Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import { createSession, inTransaction, isSessionActive, type Database } from '../../cloud/store';
import { getAccountLock, lockAccount, unlockAccount, unlockByOperator } from '../../cloud/store/identity';
import { up } from '../../cloud/store/migrations/0030-one-lock';
import type { LockReason } from '../../cloud/domain/identity';
import { newAccount, NOW, storeOfTests } from '../support/store';

const store = storeOfTests();
const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

const lock = (reason: LockReason, now = NOW): Promise<boolean> =>
  inTransaction(store.db, (db) =>
    lockAccount(db, { id: uuidv7(), accountId: store.accountId, reason, sessionId: null, now }),
  );
const unlock = (now: Date): Promise<boolean> =>
  inTransaction(store.db, (db) =>
    unlockAccount(db, {
      id: uuidv7(),
      accountId: store.accountId,
      sessionId: uuidv7(),
      cautiousUntil: later(1_440),
      now,
    }),
  );
const left = async () => {
  const { accountId } = store;
  const events = store.db.selectFrom('securityEvents').select('kind').where('accountId', '=', accountId);
  const { rows } = await sql<{ type: string }>`
    select type from outbox where payload ->> 'accountId' = ${accountId} and type like 'account.%'`.execute(
    store.db,
  );
  return [(await events.execute()).map(({ kind }) => kind), rows.map(({ type }) => type)];
};

test('of many locks at one moment one holds, and leaves one event of each kind', async () => {
  const locked = await Promise.all(Array.from({ length: 8 }, () => lock('risk')));
  expect(locked.filter(Boolean)).toHaveLength(1);
  expect(await left()).toEqual([['account_locked'], ['account.locked']]);
});

test('a lock that is undone leaves nothing', async () => {
  const undone = inTransaction(store.db, async (db) => {
    const { accountId } = store;
    await lockAccount(db, { id: uuidv7(), accountId, reason: 'risk', sessionId: null, now: NOW });
    throw new Error('as it was');
  });
  await expect(undone).rejects.toThrow('as it was');
  expect(await left()).toEqual([[], []]);
  expect(await getAccountLock(store.db, store.accountId)).toMatchObject({ lockedAt: null });
});

test.each([
  ['user', true],
  ['risk', false],
  ['operator', false],
] as const)('a lock by %s leaves sessions signed in: %s', async (reason, stays) => {
  const sessionId = uuidv7();
  await createSession(store.db, {
    id: sessionId,
    accountId: store.accountId,
    host: 'weapp',
    deviceId: 'd',
    refreshTokenHash: uuidv7(),
    expiresAt: later(60),
    now: NOW,
  });
  await lock(reason);
  expect(await isSessionActive(store.db, { sessionId, now: later(1) })).toBe(stays);
});

test('a harder lock takes the place of an easier one, and never the other way', async () => {
  const reasonNow = async () => (await getAccountLock(store.db, store.accountId))?.lockReason;
  const tried: [LockReason, boolean][] = [];
  for (const reason of ['user', 'risk', 'user', 'risk', 'operator', 'risk', 'operator'] as const) {
    tried.push([reason, await lock(reason)]);
  }
  expect(tried.map(([, held]) => held)).toEqual([true, true, false, false, true, false, false]);
  expect(await reasonNow()).toBe('operator');
});

test('its user lifts a lock once it is due, an operator at once, and each says so', async () => {
  await lock('risk');
  expect([await unlock(later(29)), await unlock(later(30)), await unlock(later(31))]).toEqual([
    false,
    true,
    false,
  ]);
  expect(await getAccountLock(store.db, store.accountId)).toMatchObject({ cautiousUntil: later(1_440) });
  await lock('operator');
  expect(await unlock(later(100_000))).toBe(false);
  const byOperator = (reasons: readonly LockReason[]) =>
    inTransaction(store.db, (db) =>
      unlockByOperator(db, { id: uuidv7(), accountId: store.accountId, reasons, now: NOW }),
    );
  expect([await byOperator(['user']), await byOperator(['risk', 'operator'])]).toEqual([false, true]);
  const [kinds] = await left();
  expect(kinds).toEqual(['account_locked', 'account_unlocked', 'account_locked', 'account_unlocked']);
});

describe('the migration', () => {
  /** The schema as it was, in a transaction that is undone. */
  async function before(db: Database): Promise<void> {
    await sql`update accounts set locked_at = null, lock_reason = null, unlock_after = null`.execute(db);
    await sql`alter table accounts drop constraint accounts_lock, add check (
      (locked_at is null) = (lock_reason is null) and (locked_at is null) = (unlock_after is null))`.execute(
      db,
    );
    await sql`create table risk_locks (account text primary key, locked_at timestamptz not null,
      cooling_until timestamptz not null, case_id uuid, locked_by text not null)`.execute(db);
  }

  test('moves what risk control had locked, over locks of users, and leaves names of nobody behind', async () => {
    const [byRisk, byOperator, byBoth, byUser] = [
      await newAccount(store.db),
      await newAccount(store.db),
      await newAccount(store.db),
      await newAccount(store.db),
    ];
    const found: unknown[] = [];
    const moved = inTransaction(store.db, async (db) => {
      await before(db);
      await sql`
        update accounts set locked_at = ${later(-9)}, lock_reason = 'user', unlock_after = ${later(-9)}
          where id in (${byBoth}, ${byUser})`.execute(db);
      await sql`
        insert into risk_locks (account, locked_at, cooling_until, locked_by) values
          (${byRisk}, ${NOW}, ${later(30)}, 'system'), (${byBoth}, ${NOW}, ${later(30)}, 'system'),
          (${byOperator}, ${NOW}, ${later(30)}, 'operator:alice'), ('u1', ${NOW}, ${later(30)}, 'system')`.execute(
        db,
      );
      await up(db as unknown as Kysely<unknown>);
      for (const id of [byRisk, byOperator, byBoth, byUser]) found.push(await getAccountLock(db, id));
      throw new Error('as it was');
    });
    await expect(moved).rejects.toThrow('as it was');
    const cautiousUntil = null;
    const risk = { lockedAt: NOW, lockReason: 'risk', unlockAfter: later(30), cautiousUntil };
    expect(found).toEqual([
      risk,
      { lockedAt: NOW, lockReason: 'operator', unlockAfter: null, cautiousUntil },
      risk,
      { lockedAt: later(-9), lockReason: 'user', unlockAfter: later(-9), cautiousUntil },
    ]);
  });
});
