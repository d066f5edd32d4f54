import { generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { sql } from 'kysely';

import { isLedgerSignature, ledgerSigner } from '../../cloud/functions/ledger/key';
import {
  balanceOf,
  dailyHeads,
  InvalidCursor,
  proveOrder,
  recordPayment,
  sealBlock,
  statementOf,
  TransactionNumbersWentBack,
  verifyBlocks,
  verifyLedger,
  type BlocksReport,
} from '../../cloud/store';
import {
  MERCHANT_ID,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  openTestStore,
  untilSealable,
  type TestStore,
} from '../support/store';

const newKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = ledgerSigner(newKey());
const MERCHANT = `merchant_payable:${MERCHANT_ID}`;

let store: TestStore;
let accountId: string;

beforeEach(async () => {
  store = await openTestStore();
  accountId = await newAccount(store.db);
});
afterEach(() => store.close());

/** An instant so many minutes after the first. */
const minute = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

async function pay(options: { amountFen?: number; at?: Date } = {}): Promise<string> {
  const { at = NOW, amountFen = 1_000 } = options;
  const orderId = await newOrder(store.db, { accountId, amountFen });
  const { id, totalFen } = await newAttempt(store.db, orderId);
  await recordPayment(store.db, {
    attemptId: id,
    transactionId: `T${id}`,
    totalFen,
    succeededAt: at,
    source: 'notification',
    now: at,
  });
  return orderId;
}

/** Seals what can be sealed now. */
const sealNow = (now = minute(60), leavesMax?: number): Promise<number> =>
  sealBlock(store.db, signer, leavesMax === undefined ? { now } : { now, leavesMax });

async function seal(now?: Date, leavesMax?: number): Promise<number> {
  await untilSealable(store.db);
  return sealNow(now, leavesMax);
}

const verifyAll = (): Promise<BlocksReport> =>
  verifyBlocks(store.db, {
    isSigned: isLedgerSignature,
    isTrusted: (key) => Buffer.from(key).equals(signer.publicKey),
  });

/** What no application can do: a change by somebody who owns the database. */
async function tamper(statement: string): Promise<void> {
  await store.db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await sql.raw(statement).execute(connection);
    await sql`set session_replication_role = origin`.execute(connection);
  });
}

test('blocks take every posting once, in order, and an empty one is not made', async () => {
  expect(await seal()).toBe(0);
  for (let number = 0; number < 5; number += 1) await pay();
  expect([await seal(NOW, 2), await seal(NOW, 2), await seal(NOW, 2), await seal(NOW, 2)]).toEqual([
    2, 2, 1, 0,
  ]);
  expect(await verifyAll()).toEqual({ blocks: 3, leaves: 5, violations: [] });
  expect((await verifyLedger(store.db)).violations).toEqual([]);
});

test('workers that seal at the same time seal nothing twice and leave nothing out', async () => {
  for (let number = 0; number < 12; number += 1) await pay();
  const sealed = await Promise.all(Array.from({ length: 8 }, () => seal(NOW, 3)));
  expect(Math.max(...sealed)).toBe(3);
  while ((await seal(NOW, 3)) > 0);
  expect(await verifyAll()).toMatchObject({ leaves: 12, violations: [] });
  expect((await verifyLedger(store.db)).violations).toEqual([]);
});

test('a posting whose transaction is older but commits late is waited for, and nothing overtakes it', async () => {
  const orderId = await newOrder(store.db, { accountId });
  const { id, totalFen } = await newAttempt(store.db, orderId);
  await store.db.transaction().execute(async (slow) => {
    await recordPayment(slow, {
      attemptId: id,
      transactionId: 'T',
      totalFen,
      succeededAt: NOW,
      source: 'query',
      now: NOW,
    });
    // Younger, and committed while the older one is still under way.
    await pay();
    expect(await sealNow()).toBe(0);
  });
  expect(await seal()).toBe(2);
  const { rows } = await sql<{ postingId: string }>`
    select posting_id from ledger_leaves order by place limit 1`.execute(store.db);
  expect(rows[0]?.postingId).toBe(id);
  expect(await verifyAll()).toMatchObject({ leaves: 2, violations: [] });
});

test('a server that counts transactions from lower numbers is refused', async () => {
  await pay();
  await seal();
  await tamper(`update ledger_blocks set last_xid = '4611686018427387904'`);
  await pay();
  await expect(seal()).rejects.toBeInstanceOf(TransactionNumbersWentBack);
});

test('the balance at any time is the sum of what was booked by then, sealed or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          amountFen: fc.integer({ min: 1, max: 100_000 }),
          minutes: fc.integer({ min: 0, max: 3 }),
          sealAfter: fc.constantFrom(undefined, undefined, 1, 2, 100),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (payments) => {
        const [before] = await Promise.all([balanceAt(minute(1_000_000))]);
        let at = clock;
        const expected: { readonly at: number; readonly sum: number }[] = [];
        let sum = before;
        for (const { amountFen, minutes, sealAfter } of payments) {
          at += minutes;
          clock = at;
          await pay({ amountFen, at: minute(at) });
          sum -= amountFen;
          expected.push({ at, sum });
          if (sealAfter !== undefined) await seal(minute(at), sealAfter);
        }
        for (const { at: asked } of expected) {
          const last = expected.filter((line) => line.at <= asked).at(-1);
          expect(await balanceAt(minute(asked))).toBe(last?.sum);
        }
        expect((await verifyLedger(store.db)).violations).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
});
let clock = 0;
const balanceAt = (asOf: Date): Promise<number> =>
  balanceOf(store.db, { account: MERCHANT, unit: 'FEN', asOf });

test('a statement opens with the balance before, closes with the one after, and pages through the lines', async () => {
  for (let at = 0; at < 7; at += 1) await pay({ amountFen: 100 + at, at: minute(at) });
  await seal();
  const question = { account: MERCHANT, unit: 'FEN', from: minute(2), to: minute(6), limit: 3 } as const;
  const first = await statementOf(store.db, question);
  expect(first).toMatchObject({ opening: -201, closing: -615, sealedTo: minute(6) });
  expect(first.lines.map(({ amount, balance }) => [amount, balance])).toEqual([
    [-102, -303],
    [-103, -406],
    [-104, -510],
  ]);
  const second = await statementOf(store.db, { ...question, cursor: first.nextCursor ?? '' });
  expect(second.lines.map(({ amount, balance }) => [amount, balance])).toEqual([[-105, -615]]);
  expect(second.nextCursor).toBeNull();
  await expect(statementOf(store.db, { ...question, cursor: 'strange' })).rejects.toBeInstanceOf(
    InvalidCursor,
  );
});

test('what happens to an order after its payment was sealed leaves its proof as it was', async () => {
  const orderId = await pay();
  expect(await proveOrder(store.db, orderId)).toBeUndefined();
  await seal();
  const before = await proveOrder(store.db, orderId);
  await sql`
    insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
      values (${orderId}, 'order', ${orderId}, 'paid', 'paid', 'looked_at', 'system', ${NOW})`.execute(
    store.db,
  );
  expect(await proveOrder(store.db, orderId)).toEqual(before);
  expect((await verifyAll()).violations).toEqual([]);
});

test('each day has one head, its last', async () => {
  for (const [at, orders] of [
    [0, 1],
    [10, 1],
    [60 * 24, 1],
    [60 * 24 * 5, 1],
    [60 * 24 * 5 + 1, 1],
  ] as const) {
    for (let number = 0; number < orders; number += 1) await pay({ at: minute(at) });
    await seal(minute(at));
  }
  expect((await dailyHeads(store.db, 10)).map((head) => head.number)).toEqual([5, 3, 2]);
  expect((await dailyHeads(store.db, 2)).map((head) => head.number)).toEqual([5, 3]);
});

describe('tampering by somebody who owns the database is found', () => {
  const each = (amount: string) =>
    `(select array_agg(${amount} order by nth) from unnest(amounts) with ordinality as line (amount, nth))`;
  const SECOND = `(select posting_id from ledger_leaves where block = 1 and place = 1)`;
  test.each<readonly [string, string, RegExp]>([
    [
      'an amount',
      `update postings set amounts = ${each('amount * 2')} where id = ${SECOND}`,
      /not as it was sealed/,
    ],
    [
      'an account',
      `update postings set accounts = array_replace(accounts, 'fee_revenue', 'suspense') where id = ${SECOND}`,
      /not as it was sealed/,
    ],
    [
      'removed entries',
      `update postings set accounts = accounts[4:], units = units[4:], amounts = amounts[4:] where id = ${SECOND}`,
      /not as it was sealed/,
    ],
    ['a removed posting', `delete from postings where id = ${SECOND}`, /is gone/],
    [
      'the time of a posting',
      `update postings set created_at = created_at + interval '1 ms' where id = ${SECOND}`,
      /not as it was sealed/,
    ],
    [
      'the kind of a posting',
      `update postings set kind = 'gift' where id = ${SECOND}`,
      /not as it was sealed/,
    ],
    [
      'the history of an order',
      `update history set reason = 'paid_by_magic' where reason = 'paid_by_notification'`,
      /not as it was sealed/,
    ],
    ['a removed row of history', `delete from history where reason = 'order_placed'`, /not as it was sealed/],
    [
      'a leaf',
      `update ledger_leaves set hash = sha256('x') where block = 1 and place = 1`,
      /not as it was sealed/,
    ],
    ['a removed leaf', `delete from ledger_leaves where block = 1 and place = 0`, /leaf 1 where leaf 0/],
    [
      'a header',
      `update ledger_blocks set header = replace(header, '"leaves":3', '"leaves":4') where number = 1`,
      /not what its postings/,
    ],
    [
      'a header with its hash',
      `update ledger_blocks set header = replace(header, '"leaves":3', '"leaves":4'), hash = sha256(replace(header, '"leaves":3', '"leaves":4')::bytea) where number = 1`,
      /block 1 is not signed/,
    ],
    [
      'a signature',
      `update ledger_blocks set signature = set_byte(signature, 0, 255 - get_byte(signature, 0)) where number = 1`,
      /not signed/,
    ],
    ['a key', `update ledger_blocks set public_key = sha256('x') where number = 1`, /strange key/],
    ['a removed block', `delete from ledger_blocks where number = 1`, /block 1 is missing/],
  ])('%s', async (_what, statement, violation) => {
    for (let number = 0; number < 3; number += 1) await pay({ amountFen: 120_050 });
    await seal();
    await pay();
    await seal();
    expect((await verifyAll()).violations).toEqual([]);
    await tamper(statement);
    expect((await verifyAll()).violations.join('\n')).toMatch(violation);
  });

  test.each<readonly [string, string, RegExp]>([
    [
      'a balance',
      `update account_lines set balance = balance - 1 where position = 1000001`,
      /has the balance/,
    ],
    ['a line', `update account_lines set amount = amount - 1 where position = 1000001`, /in posting/],
    ['a removed line', `delete from account_lines where position = 1000001 and unit = 'FEN'`, /in posting/],
    [
      'an added line',
      `insert into account_lines select account, unit, booked_at, position + 7, uuidv7(), 1, balance + 1 from account_lines`,
      /in posting/,
    ],
    [
      'a posting slipped in before what is sealed',
      `insert into postings select (jsonb_populate_record(postings, '{"id": "00000000-0000-7000-8000-000000000001", "kind": "gift", "xid": "1"}')).* from postings limit 1`,
      /left out/,
    ],
  ])('%s', async (_what, statement, violation) => {
    for (let number = 0; number < 3; number += 1) await pay({ amountFen: 120_050 });
    await seal();
    expect((await verifyLedger(store.db)).violations).toEqual([]);
    await tamper(statement);
    expect((await verifyLedger(store.db)).violations.join('\n')).toMatch(violation);
  });
});
