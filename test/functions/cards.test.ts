import { randomUUID } from 'node:crypto';

import type { BankCard, BankCardList } from '../../cloud/contract/card-schemas';
import type { Host } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { fitsLuhn } from '../../cloud/domain/cards';
import { openFromVault } from '../../cloud/store/vault';
import { TestUser } from '../support/client';
import { startStack, type Stack } from '../support/stack';

let nowMs = Date.UTC(2026, 10, 24, 2);
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ parts: { now: () => new Date(nowMs) } });
});
afterAll(() => stack.close());

/** A number of a debit card of ICBC. */
function cardNumber(number: number): string {
  const body = `622202${String(number).padStart(12, '0')}`;
  return body + [...'0123456789'].find((digit) => fitsLuhn(body + digit));
}
/** Somebody who agreed that their cards are kept. */
async function holder(host: Host): Promise<TestUser> {
  const user = await TestUser.signIn(stack, host);
  await user.agree('bank_card');
  return user;
}
const bind = (user: TestUser, number: string, key: string = randomUUID()) =>
  user.send<BankCard & { code?: string }>('/v1/cards', { body: { number }, key });
const listed = async (user: TestUser) => (await user.send<BankCardList>('/v1/cards')).body.items;

test('a card is bound, listed and taken away, and its number is answered nowhere', async () => {
  const user = await holder('weapp');
  const number = cardNumber(1);
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ');
  const bound = await bind(user, spaced);
  expect([bound.status, bound.body]).toEqual([
    201,
    {
      id: bound.body.id,
      scheme: 'unionpay',
      bank: 'ICBC',
      kind: 'debit',
      lastFour: number.slice(-4),
      boundAt: new Date(nowMs).toISOString(),
    },
  ]);
  expect(await listed(user)).toEqual([bound.body]);
  const kept = { accountId: user.session.account.id, id: bound.body.id };
  if (stack.deps.vault === undefined) throw new Error('the stack has no vault');
  expect((await openFromVault(stack.db, stack.deps.vault, kept))?.reveal()).toBe(number);
  expect((await user.send(`/v1/cards/${bound.body.id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await listed(user)).toEqual([]);
  expect(await openFromVault(stack.db, stack.deps.vault, kept)).toBeUndefined();
  const again = await user.send(`/v1/cards/${bound.body.id}`, { method: 'DELETE' });
  expect([again.status, again.body.code]).toEqual([404, 'card_not_found']);
});

test('binding twice under one key answers the same, under another that it is bound, other numbers clash', async () => {
  const user = await holder('alipay');
  const key = randomUUID();
  const first = await bind(user, cardNumber(2), key);
  const replayed = await bind(user, cardNumber(2), key);
  expect(replayed.body).toEqual(first.body);
  expect(replayed.headers.get('idempotent-replayed')).toBe('true');
  expect((await bind(user, cardNumber(3), key)).body.code).toBe('idempotency_mismatch');
  expect((await bind(user, cardNumber(2))).body.code).toBe('card_already_bound');
  expect(await listed(user)).toHaveLength(1);
});

test.each(['4111111111111112', '6222020000000000001', 'not a card number', '62220200000000001'])(
  'what is no card is refused: %s',
  async (number) => {
    const user = await holder('weapp');
    const refused = await bind(user, number);
    expect([refused.status, refused.body.code]).toEqual([400, 'card_number_invalid']);
    expect(JSON.stringify(refused.body)).not.toContain(number);
  },
);

test('five cards a day and ten at once are all that an account binds', async () => {
  const user = await holder('weapp');
  for (let number = 0; number < 10; number += 1) {
    if (number === 5) {
      const refused = await bind(user, cardNumber(100 + number));
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      nowMs += 24 * 3_600_000;
      await user.send('/v1/sessions/current', { method: 'DELETE' });
      break;
    }
    expect((await bind(user, cardNumber(100 + number))).status).toBe(201);
  }
  const back = await TestUser.signIn(stack, 'weapp', user.name);
  for (let number = 5; number < 10; number += 1)
    expect((await bind(back, cardNumber(100 + number))).status).toBe(201);
  nowMs += 24 * 3_600_000;
  const later = await TestUser.signIn(stack, 'weapp', user.name);
  const full = await bind(later, cardNumber(111));
  expect([full.status, full.body.code]).toEqual([409, 'card_limit_reached']);
  expect(await listed(later)).toHaveLength(10);
});

test('the job that changes master keys finds nothing to do under the current one', async () => {
  expect(await runJob(stack.deps, 'rewrap-vault-keys')).toEqual({ rewrapped: 0, failed: 0 });
});

test('without keys of the vault there are no cards', async () => {
  const plain = await startStack({ environment: { VAULT_KEYS: '', VAULT_INDEX_KEY: '' } });
  try {
    const user = await TestUser.signIn(plain, 'weapp');
    expect((await user.send('/v1/cards')).body.code).toBe('not_found');
  } finally {
    await plain.close();
  }
});
