import { randomUUID } from 'node:crypto';

import type { BankCard, BankCardCreate, BankCardList } from '../../cloud/contract/card-schemas';
import type { Host, Problem } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { fitsLuhn } from '../../cloud/domain/cards';
import { openFromVault } from '../../cloud/store/vault';
import { TestUser } from '../support/client';
import { cardWish, SecureUser } from '../support/device';
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
const send = (user: TestUser, wish: BankCardCreate, key: string = randomUUID()) =>
  user.send<BankCard & Problem>('/v1/cards', { body: wish, key });
const bind = async (user: TestUser, number: string, challengeId?: string) =>
  send(user, await cardWish(user, number, challengeId));
const PIN = '739164';
/** Binds a card as somebody who has a PIN and confirms what is asked. */
async function bindProved(user: TestUser, number: string): Promise<number> {
  const first = await bind(user, number);
  const { challengeId } = first.body;
  if (challengeId === undefined) return first.status;
  await new SecureUser(stack, user).answer(challengeId, PIN);
  return (await bind(user, number, challengeId)).status;
}
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
  const wish = await cardWish(user, cardNumber(2));
  const first = await send(user, wish, key);
  const replayed = await send(user, wish, key);
  expect(replayed.body).toEqual(first.body);
  expect(replayed.headers.get('idempotent-replayed')).toBe('true');
  const other = await cardWish(user, cardNumber(3));
  expect((await send(user, other, key)).body.code).toBe('idempotency_mismatch');
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
  let user = await holder('weapp');
  await new SecureUser(stack, user).setPin(PIN);
  const bindFive = async (first: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let number = first; number < first + 5; number += 1)
      statuses.push(await bindProved(user, cardNumber(number)));
    return statuses;
  };
  const created = Array<number>(5).fill(201);
  const nextDay = async (): Promise<void> => {
    nowMs += 25 * 3_600_000;
    user = await TestUser.signIn(stack, 'weapp', user.name);
  };
  expect(await bindFive(100)).toEqual(created);
  const asked = await bind(user, cardNumber(105));
  await new SecureUser(stack, user).answer(asked.body.challengeId ?? '', PIN);
  const refused = await bind(user, cardNumber(105), asked.body.challengeId);
  expect([refused.status, refused.body.code]).toEqual([409, 'card_day_limit_reached']);
  await nextDay();
  expect(await bindFive(105)).toEqual(created);
  await nextDay();
  const full = await bind(user, cardNumber(111));
  expect([full.status, full.body.code]).toEqual([409, 'card_limit_reached']);
  expect(await listed(user)).toHaveLength(10);
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
