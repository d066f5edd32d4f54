import { randomUUID } from 'node:crypto';

import type { Account, ConsentList, LegalDocumentList } from '../../cloud/contract/types';
import { DOCUMENTS, type LegalDocument } from '../../cloud/domain/personal';
import { TestUser } from '../support/client';
import { cardWish } from '../support/device';
import { codeOf, Person } from '../support/person';
import { startStack, type Stack } from '../support/stack';

const NEXT = '2099-01-01';
const CARD = '4111111111111111';

/** The policy has one version more than today. */
const documents: readonly LegalDocument[] = DOCUMENTS.map((document) => {
  const [first] = document.versions;
  if (document.id !== 'privacy_policy' || first === undefined) return document;
  return { ...document, versions: [...document.versions, { ...first, version: NEXT }] };
});

let stack: Stack;
let clockOffsetMs = 0;
beforeAll(async () => {
  stack = await startStack({ parts: { documents, now: () => new Date(Date.now() + clockOffsetMs) } });
});
afterEach(() => {
  clockOffsetMs = 0;
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const statesOf = async (user: TestUser): Promise<Record<string, string>> => {
  const { items } = await user.expect<ConsentList>(200, '/v1/me/consents');
  return Object.fromEntries(items.map(({ document, state }) => [document, state]));
};
const missingOf = async (user: TestUser): Promise<readonly string[]> =>
  (await user.expect<Account>(200, '/v1/me')).consentsMissing;

test('anybody reads the documents in force, in their language', async () => {
  for (const [language, title] of [
    ['zh-CN', '隐私政策'],
    ['en', 'Privacy policy'],
  ] as const) {
    const response = await fetch(`${stack.apiUrl}/v1/documents`, {
      headers: { 'accept-language': language },
    });
    const { items } = (await response.json()) as LegalDocumentList;
    expect(items.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'privacy_policy required',
      'user_agreement required',
      'phone_number separate',
      'bank_card separate',
      'account_linking separate',
    ]);
    expect(items[0]).toMatchObject({ title, version: '2026-11-01' });
  }
});

test('who signs in first is missed with the required ones until they agree, and again when a version is new', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  expect(user.session.account.consentsMissing).toEqual(['privacy_policy', 'user_agreement']);
  await user.agree('privacy_policy', 'user_agreement');
  await user.agree('privacy_policy');
  expect(await missingOf(user)).toEqual([]);
  expect(await statesOf(user)).toEqual({
    privacy_policy: 'given',
    user_agreement: 'given',
    phone_number: 'none',
    bank_card: 'none',
    account_linking: 'none',
  });
  const rows = stack.db.selectFrom('consents').selectAll().where('accountId', '=', user.session.account.id);
  expect(await rows.execute()).toHaveLength(2);
  const early = await user.send('/v1/me/consents', {
    body: { items: [{ document: 'privacy_policy', version: NEXT }] },
  });
  expect(codeOf(early)).toBe('409 document_outdated');

  clockOffsetMs = Date.parse(`${NEXT}T00:00:00Z`) - Date.now();
  const later = await TestUser.signIn(stack, 'weapp', user.name);
  expect(later.session.account).toMatchObject({
    id: user.session.account.id,
    consentsMissing: ['privacy_policy'],
  });
  expect((await statesOf(later)).privacy_policy).toBe('outdated');
  const late = await later.send('/v1/me/consents', {
    body: { items: [{ document: 'privacy_policy', version: '2026-11-01' }] },
  });
  expect(codeOf(late)).toBe('409 document_outdated');
  await later.agree('privacy_policy');
  expect(await missingOf(later)).toEqual([]);
});

test('a repeated request agrees once, and what was said is never changed', async () => {
  const user = await TestUser.signIn(stack, 'alipay');
  const body = { items: [{ document: 'user_agreement', version: '2026-11-01' }] };
  const key = randomUUID();
  const answers = [
    await user.send('/v1/me/consents', { body, key }),
    await user.send('/v1/me/consents', { body, key }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  const rows = await stack.db
    .selectFrom('consents')
    .selectAll()
    .where('accountId', '=', user.session.account.id)
    .execute();
  expect(rows).toMatchObject([
    { document: 'user_agreement', version: '2026-11-01', given: true, host: 'alipay' },
  ]);
  await expect(stack.db.deleteFrom('consents').execute()).rejects.toThrow('append-only');
});

test('cards and phones are taken only with a consent of their own, and go when it is withdrawn', async () => {
  const person = await Person.make(stack, 'weapp');
  const { user } = person;
  expect(codeOf(await user.send('/v1/cards', { body: await cardWish(user, CARD) }))).toBe(
    '409 consent_required',
  );
  const loginCode = await person.loginCode();
  const phone = await user.send('/v1/security/phone', { body: { proof: 'any', loginCode } });
  expect(codeOf(phone)).toBe('409 consent_required');
  expect(codeOf(await person.withdraw('bank_card'))).toBe('409 consent_not_given');

  await person.giveSecrets(CARD);
  await person.setPin('739164');
  expect(codeOf(await person.withdraw('bank_card'))).toBe('200');
  expect((await user.send<{ items: unknown[] }>('/v1/cards')).body.items).toEqual([]);
  expect(codeOf(await person.withdraw('phone_number'))).toBe('403 challenge_required');
  expect((await statesOf(user)).phone_number).toBe('given');
  const { challengeId } = await person.proof('remove_phone', '739164');
  expect(codeOf(await person.withdraw('phone_number', challengeId))).toBe('200');
  expect((await person.security()).phone.masked).toBeNull();
  const kept = stack.db.selectFrom('vaultKeys').selectAll().where('accountId', '=', person.accountId);
  expect(await kept.execute()).toEqual([]);
  expect(await statesOf(user)).toMatchObject({ phone_number: 'withdrawn', bank_card: 'withdrawn' });
});

test('who withdraws a required consent is signed out everywhere, and asked again', async () => {
  const person = await Person.make(stack, 'alipay');
  const elsewhere = await TestUser.signIn(stack, 'alipay', person.user.name);
  expect(codeOf(await person.withdraw('privacy_policy'))).toBe('200');
  for (const user of [person.user, elsewhere]) {
    expect(codeOf(await user.send('/v1/me'))).toBe('401 unauthenticated');
  }
  const again = await TestUser.signIn(stack, 'alipay', person.user.name);
  expect(again.session.account.consentsMissing).toEqual(['privacy_policy']);
});
