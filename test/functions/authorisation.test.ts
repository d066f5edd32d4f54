import { createHash, randomUUID } from 'node:crypto';

import type { BankCard } from '../../cloud/contract/card-schemas';
import type { DeviceList } from '../../cloud/contract/types';
import { OPERATIONS, type Operation } from '../../cloud/functions/openapi/operations';
import { OPERATOR_ROLES, type OperatorRole } from '../../cloud/functions/settings-operators';
import { tokenKind } from '../../cloud/functions/http/tokens';
import type { Caller } from '../../cloud/functions/http/environment';
import { merchantId } from '../../cloud/store/seed';
import { control, TestUser } from '../support/client';
import { cardWish } from '../support/device';
import { paid, SettlementDesk } from '../support/settlements';
import { OPERATOR_TOKENS, startStack, type Stack } from '../support/stack';

const operatorToken = (role: string): string => `token-of-an-operator-who-is-a-${role}`;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const FIRST_RULE_SET = '01900000-0000-7000-8000-0000000fee01';

/** Roles that may use an operation of operators, where that is not support alone. Written apart from the code. */
function rolesFor({ method, path }: Operation): readonly OperatorRole[] {
  if (!/^\/v1\/operator\/(fee-rule-sets|points-rule-sets|promotions|risk\/books)/.test(path))
    return ['support'];
  if (/\/(approve|reject|withdraw|stop|restore|shadow)$/.test(path)) return ['reviewer'];
  if (
    /\/(rules|terms|submit)$/.test(path) ||
    (method === 'post' && /(rule-sets|promotions|books)$/.test(path))
  )
    return ['author'];
  return OPERATOR_ROLES;
}

/** A merchant who is paid out, and who is behind it. */
const MERCHANT = merchantId(3);
const PAYEE = 'payee-0003';

let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
/** Bodies that lead to the thing itself: some doors are behind the validation of what is asked. */
const BODIES: Readonly<Record<string, object>> = {
  createOrder: { quote: 'none', method: 'wechat' },
  createAttempt: { method: 'wechat' },
  answerChallenge: { factor: 'totp', code: '000000' },
};

let stack: Stack;
let owner: TestUser;
let bearers: Readonly<Record<string, string | undefined>>;
/** Things of the owner by the name of the path's parameter. */
let owned: Readonly<Record<string, string>>;

beforeAll(async () => {
  stack = await startStack({
    payoutGateways: ['wechatpay', 'alipay'],
    wechatpayMode: 'certificate',
    parts: { now },
    environment: {
      OPERATORS: [
        `alice:${digest(OPERATOR_TOKENS.alice)}`,
        ...OPERATOR_ROLES.map((role) => `${role}:${digest(operatorToken(role))}:${role}`),
      ].join(','),
    },
  });
  owner = await TestUser.signIn(stack, 'weapp', PAYEE);
  const order = await owner.order(1_000);
  const attempt = await owner.attempt(order.id);
  owned = {
    orderId: order.id,
    attemptId: attempt.id,
    payoutId: await payoutToOwner(),
    cardId: await cardOfOwner(),
    challengeId: await challengeOfOwner(),
    sessionId: await otherDeviceOfOwner(),
    exportId: await exportOfOwner(),
  };
  const stranger = await TestUser.signIn(stack, 'weapp');
  const gone = await TestUser.signIn(stack, 'weapp');
  await gone.send('/v1/sessions/current', { method: 'DELETE' });
  bearers = {
    nobody: undefined,
    stranger: stranger.session.accessToken,
    'one who signed out': gone.session.accessToken,
    'one whose token expired': await tokenOf({ agoMs: 3_600_000 }),
    'one with a token of another secret': await tokenOf({ secret: 'a secret of somebody else entirely' }),
    'one with a token that is no access token': (await stranger.quote(1_000)).quote,
    'one with a refresh token': stranger.session.refreshToken,
    'a timer': stack.environment.JOB_SECRET,
    ...Object.fromEntries(OPERATOR_ROLES.map((role) => [role, operatorToken(role)])),
  };
});
afterAll(() => stack.close());

async function challengeOfOwner(): Promise<string> {
  const asked = await owner.send<{ id: string }>('/v1/security/challenges', {
    body: { action: 'export_data' },
  });
  return asked.body.id;
}

/** A second device, so that the owner stays signed in on the first. */
async function otherDeviceOfOwner(): Promise<string> {
  const { code } = await control(stack, 'login-codes', { host: 'weapp', user: PAYEE });
  const body = JSON.stringify({ host: 'weapp', code, deviceId: 'another-device' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${stack.apiUrl}/v1/sessions`, { method: 'POST', headers, body });
  const { items } = (await owner.send<DeviceList>('/v1/security/devices')).body;
  return items.find(({ current }) => !current)?.sessionId ?? '';
}

async function exportOfOwner(): Promise<string> {
  const { code } = await control(stack, 'login-codes', { host: 'weapp', user: PAYEE });
  const asked = await owner.send<{ id: string }>('/v1/me/exports', { body: { loginCode: code } });
  return asked.body.id;
}

async function cardOfOwner(): Promise<string> {
  await owner.agree('bank_card');
  const bound = await owner.send<BankCard>('/v1/cards', { body: await cardWish(owner, '4111111111111111') });
  return bound.body.id;
}

/** Pays a settlement out to the merchant's payee, at a time that the calendar holds. */
async function payoutToOwner(): Promise<string> {
  const desk = new SettlementDesk(() => stack);
  await desk.agree(MERCHANT, 'wechatpay');
  await paid(stack.db, { merchantId: MERCHANT, amountFen: 4_321, at: new Date('2026-11-23T04:00:00Z') });
  clockOffsetMs = Date.parse('2026-11-24T04:00:00Z') - Date.now();
  await desk.close();
  clockOffsetMs = 0;
  await desk.pay();
  return (await desk.newest(MERCHANT)).payouts[0]?.id ?? '';
}

async function tokenOf({ agoMs = 0, secret = stack.deps.settings.sessionSecret }): Promise<string> {
  const kind = tokenKind<Caller>({
    secret,
    audience: 'tpwallet/access',
    lifetimeMs: 900_000,
    now: () => new Date(Date.now() - agoMs),
  });
  const { account } = owner.session;
  return (await kind.sign({ accountId: account.id, sessionId: randomUUID(), host: account.host })).token;
}

/** Values of a path's parameters that lead nowhere; what must exist to get beyond the door is given. */
const pathOf = (operation: Operation, given: Readonly<Record<string, string>>): string =>
  operation.path.replace(/\{(\w+)\}/g, (_, name: string) => given[name] ?? randomUUID());

async function call(
  operation: Operation,
  bearer: string | undefined,
  given: Readonly<Record<string, string>> = {},
  body: object = {},
): Promise<{ readonly status: number; readonly code: string | undefined }> {
  const response = await fetch(`${stack.apiUrl}${pathOf(operation, given)}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(operation.method === 'post' && {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      }),
    },
    ...(operation.method === 'post' && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return {
    status: response.status,
    code: isProblem ? (JSON.parse(text) as { code: string }).code : undefined,
  };
}

/** Whether the door is open to who calls: what comes behind it is other tests' concern. */
function isAdmitted(operation: Operation, who: string): boolean {
  switch (operation.access) {
    case 'public':
    case 'gateway':
      return true;
    case 'user':
      return who === 'stranger';
    case 'timer':
      return who === 'a timer';
    case 'operator':
      return rolesFor(operation).some((role) => role === who);
  }
}

describe.each(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s',
  (_, operation) => {
    test('lets in whom it is for, and nobody else', async () => {
      for (const [who, bearer] of Object.entries(bearers)) {
        // Signing out or locking would take the stranger away from the operations that follow.
        if (['revokeSession', 'lockAccount'].includes(operation.id) && who === 'stranger') continue;
        const { status, code } = await call(
          operation,
          bearer,
          { ruleSetId: FIRST_RULE_SET },
          BODIES[operation.id],
        );
        const refused =
          operation.access !== 'gateway' &&
          ['unauthenticated', 'token_expired', 'operator_not_permitted'].includes(code ?? '');
        expect({ who, admitted: !refused, status: refused ? status : undefined }).toEqual({
          who,
          admitted: isAdmitted(operation, who),
          status: isAdmitted(operation, who)
            ? undefined
            : operation.access === 'operator' && OPERATOR_ROLES.some((role) => role === who)
              ? 403
              : 401,
        });
        expect(status).toBeLessThan(500);
      }
    });
  },
);

/** Operations of users on one thing that belongs to somebody. What everybody may see has no owner. */
const OF_EVERYBODY = new Set(['merchantId']);
const ON_OWNED = OPERATIONS.filter(
  ({ access, path }) =>
    access === 'user' && [...path.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => !OF_EVERYBODY.has(name)),
);

test.each(ON_OWNED.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "a stranger who names somebody else's thing at %s is told that there is none",
  async (_, operation) => {
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const unknown = names.filter((name) => !(name in owned));
    // A new kind of thing: give the owner one above.
    expect(unknown).toEqual([]);
    const body = BODIES[operation.id] ?? {};
    const before = await call(operation, owner.session.accessToken, owned, body);
    const strange = await call(operation, bearers.stranger, owned, body);
    expect(strange.status).toBe(404);
    expect(strange.code).toMatch(/_not_found$/);
    // The owner is told something else: the thing is there.
    expect(before.status).not.toBe(404);
  },
);
