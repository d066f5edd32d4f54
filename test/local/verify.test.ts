import { spawn } from 'node:child_process';
import path from 'node:path';

import { sql } from 'kysely';

import { ledgerSigner } from '../../cloud/functions/ledger/key';
import { newSigningKey } from '../../cloud/local/keep';
import { recordPayment, sealBlock } from '../../cloud/store';
import {
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  openTestStore,
  untilSealable,
  type TestStore,
} from '../support/store';

const ROOT = path.resolve(__dirname, '../..');
const signingKey = newSigningKey();
let store: TestStore;

beforeEach(async () => {
  store = await openTestStore(4);
  const accountId = await newAccount(store.db);
  for (let number = 0; number < 3; number += 1) {
    const { id, totalFen } = await newAttempt(
      store.db,
      await newOrder(store.db, { accountId, amountFen: 120_050 }),
    );
    await recordPayment(store.db, {
      attemptId: id,
      transactionId: `T${id}`,
      totalFen,
      succeededAt: NOW,
      source: 'query',
      now: NOW,
    });
  }
  await untilSealable(store.db);
  await sealBlock(store.db, ledgerSigner(signingKey), { now: NOW, leavesMax: 2 });
});
afterEach(() => store.close());

/** Runs the command as a person does. */
function verify(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | null; readonly last: unknown; readonly told: string }> {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'cloud/local/verify.ts'],
    {
      cwd: ROOT,
      env: { ...process.env, ...environment },
    },
  );
  let printed = '';
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (status) => {
      const last = printed.trim().split('\n').at(-1) ?? '';
      resolve({ status, told, last: last === '' ? undefined : JSON.parse(last) });
    });
  });
}

test('a ledger in order is told so in the last line, with the exit status 0', async () => {
  const { status, last, told } = await verify({ DATABASE_URL: store.url, LEDGER_SIGNING_KEY: signingKey });
  expect(last).toMatchObject({ entries: 15, violations: 0, blocks: 1, sealed: 2 });
  expect(last).toHaveProperty('seconds', expect.any(Number));
  expect(told).toContain('every posting balances');
  expect(status).toBe(0);
});

test('an entry changed behind the back of the application is found, with the exit status 1', async () => {
  await store.db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await sql`
      update postings set amounts = (
          select array_agg(amount + case when account = 'fee_revenue' then -1
              when account like 'merchant_payable:%' then 1 else 0 end order by nth)
            from unnest(accounts, amounts) with ordinality as line (account, amount, nth))
        where id = (select posting_id from ledger_leaves where place = 0)`.execute(connection);
  });
  const { status, last, told } = await verify({ DATABASE_URL: store.url, LEDGER_SIGNING_KEY: signingKey });
  expect(status).toBe(1);
  expect(last).not.toMatchObject({ violations: 0 });
  expect(told).toMatch(/not as it was sealed/);
});

test('blocks that another key signed are not believed', async () => {
  const { status, told } = await verify({ DATABASE_URL: store.url, LEDGER_SIGNING_KEY: newSigningKey() });
  expect(status).toBe(1);
  expect(told).toContain('block 1 is signed with a strange key');
});

test('what cannot be checked has the exit status 2 and says why', async () => {
  const nowhere = await verify({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    LEDGER_SIGNING_KEY: '',
  });
  expect([nowhere.status, nowhere.last]).toEqual([2, undefined]);
  expect(nowhere.told).toContain('cannot be read');
  const wrongKey = await verify({ DATABASE_URL: store.url, LEDGER_SIGNING_KEY: 'no key' });
  expect(wrongKey.status).toBe(2);
  expect(wrongKey.told).toContain('LEDGER_SIGNING_KEY');
});
