import { createHash, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';

import { sql } from 'kysely';

import { fitsLuhn } from '../../cloud/domain/cards';
import { errorFields } from '../../cloud/functions/http/log';
import { JOB_NAMES, runJob } from '../../cloud/functions/job/jobs';
import { control, TestUser } from '../support/client';
import { cardWish, SecureUser } from '../support/device';
import { TestOperator } from '../support/operator';
import { OPERATOR_TOKENS, startStack, VAULT_KEYS, type Stack } from '../support/stack';

/** What people type and send that must be found nowhere afterwards. */
const CARD_BODY = '622202123456789012';
const CARD = `${CARD_BODY}${[...'0123456789'].find((digit) => fitsLuhn(CARD_BODY + digit))}`;
const OTHER_CARD = '5555555555554444';
const PIN = '739146';
const SMS_CODE = '580273';

let stack: Stack;
/** Every answer of the API, as it came. */
const answers: string[] = [];
const realFetch = globalThis.fetch;

beforeAll(async () => {
  stack = await startStack();
  globalThis.fetch = async (input, init) => {
    const response = await realFetch(input, init);
    const url = input instanceof Request ? input.url : String(input);
    // Sessions are answered with their tokens: that is what they are for.
    if (url.startsWith(stack.apiUrl) && !url.includes('/v1/sessions')) {
      answers.push(`${inspect([...response.headers])}\n${await response.clone().text()}`);
    }
    return response;
  };
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await stack.close();
});

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(stack.db);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string }>`
      select row_to_json(${sql.raw(name)})::text as text from ${sql.raw(name)}`.execute(stack.db);
    texts.push(`${name}\n`, ...rows.map(({ text }) => text));
  }
  expect(tables.length).toBeGreaterThan(20);
  return texts.join('\n');
}

/** A secret as it might be written: plain, encoded, and hashed without a key, which for short ones is no better. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const digest = createHash('sha256').update(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    digest.digest('hex'),
  ];
}

/** Secrets of the environment by their variables; what is public by itself is left out. */
const SECRET_VARIABLES = /SECRET|PRIVATE_KEY|APIV3_KEY|SIGNING_KEY|VAULT_(KEYS|INDEX_KEY)|CONTENT_KEY/;

test('nothing secret of a whole journey is in a log line, an answer, an error or the database', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await user.agree('bank_card', 'phone_number');
  const bound = await user.send('/v1/cards', { body: await cardWish(user, CARD) });
  expect(bound.status).toBe(201);
  const ours = await user.send('/v1/cards', { body: await cardWish(user, '4111 1111 1111 1111') });
  expect(ours.status).toBe(201);
  const order = await user.pay(12_345);
  await new TestOperator(stack).refund(order.id, 300);
  for (const name of JOB_NAMES) await runJob(stack.deps, name);

  const phone = String((await control(stack, `users/${user.name}`)).phone);
  const device = new SecureUser(stack, user);
  const { proof } = await control(stack, 'phone-proofs', { host: 'weapp', user: user.name });
  const loginCode = await device.loginCode();
  expect((await user.send('/v1/security/phone', { body: { proof, loginCode } })).status).toBe(200);
  const challenge = await device.challenge();
  await user.expect(201, `/v1/security/challenges/${challenge.id}/sms-codes`, {});
  const { texts } = await control(stack, `texts?phone=${phone}`);
  const sentCode = (texts as { params: string[] }[])[0]?.params[0] ?? '';

  // A card in the clear is refused, and so is what is no card's number in a box.
  await user.send('/v1/cards', { body: { number: OTHER_CARD } });

  // Secrets where none belong, in bodies that are refused, and in paths and queries.
  for (const path of ['/v1/quotes', '/v1/orders', '/v1/cards', `/v1/orders/${order.id}/attempts`]) {
    await user.send(path, {
      body: { pin: PIN, code: SMS_CODE, number: `${OTHER_CARD}0`, nested: { card: OTHER_CARD } },
    });
    await user.send(path, { body: `{"pin":"${PIN}","number":${OTHER_CARD}` });
  }
  await user.send(`/v1/orders?cursor=${OTHER_CARD}`);
  await user.send('/v1/cards', { body: await cardWish(user, OTHER_CARD.replace(/4$/, '5')) });

  // A database that fails in the midst of it tells in its error what it was given.
  await sql`alter table bank_cards add constraint nothing check (last_four = 'none') not valid`.execute(
    stack.db,
  );
  const failed = await user.send('/v1/cards', { body: await cardWish(user, OTHER_CARD), key: randomUUID() });
  expect(failed.status).toBe(500);
  await sql`alter table bank_cards drop constraint nothing`.execute(stack.db);

  const errors: string[] = [];
  for (const broken of [user.session.accessToken, user.session.refreshToken])
    await stack.deps.tokens.quote
      .verify(broken)
      .catch((error: unknown) => errors.push(inspect(errorFields(error))));

  const secrets = new Map<string, string>([
    ['the card', CARD],
    ['a card that was bound', '4111111111111111'],
    ['a card that was refused', OTHER_CARD],
    ['the PIN', PIN],
    ['the code', SMS_CODE],
    // Six digits alone may be a part of any number.
    ['the code that was sent', `"${sentCode}"`],
    ['its plain hash', createHash('sha256').update(sentCode).digest('hex')],
    ['the phone', phone],
    ['the access token', user.session.accessToken],
    ['the refresh token', user.session.refreshToken],
    ['the operator', OPERATOR_TOKENS.alice],
    ['the master key', VAULT_KEYS.master],
    ['the key of the index', VAULT_KEYS.index],
    ...Object.entries(stack.environment).filter(
      ([name, value]) => SECRET_VARIABLES.test(name) && value.length > 8,
    ),
  ]);
  expect(secrets.size).toBeGreaterThan(15);
  const places = {
    logs: JSON.stringify(stack.logs),
    answers: answers.join('\n'),
    errors: errors.join('\n'),
    database: await dump(),
  };
  expect(places.logs).toContain('unexpected_error');
  expect(answers.length).toBeGreaterThan(15);
  const found: string[] = [];
  for (const [what, secret] of secrets) {
    for (const [place, text] of Object.entries(places)) {
      for (const form of formsOf(secret)) {
        // The refresh token is kept by its hash, and an operator is known by it: neither can be guessed from that.
        const isKeptHash = form.length === 64 && /token|operator/.test(what);
        if (!isKeptHash && text.includes(form))
          found.push(`${what} is in the ${place} as ${form.slice(0, 8)}…`);
      }
    }
  }
  expect(found).toEqual([]);
});
