import { createHash } from 'node:crypto';

import { tokenKind } from '../../cloud/functions/http/tokens';
import type { Caller } from '../../cloud/functions/http/environment';
import { OPERATOR_ROLES } from '../../cloud/functions/settings-operators';
import { SEED_LINKS } from '../../cloud/store';
import { TestUser } from '../support/client';
import { startStack, type Stack } from '../support/stack';
import type { Bearers } from './requests';

/** What is fuzzed: a whole cloud with somebody of every kind. */
export interface Target {
  readonly apiUrl: string;
  readonly bearers: Bearers;
  /** Answers to begin with, by the path they are answers of. */
  readonly known: readonly (readonly [path: string, answer: unknown])[];
  /** Signs in again who is signed out by now. */
  renew(): Promise<void>;
  readonly logs: Stack['logs'];
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const PAYERS = 4;

const operatorToken = (name: string): string => `fuzzed-token-of-${name}-who-is-an-operator`;
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Starts a cloud on free ports, with users who paid and ordered, and operators of each role and of all. */
export async function startTarget(): Promise<Target> {
  const operators = ['all', ...OPERATOR_ROLES];
  const stack = await startStack({
    environment: {
      OPERATORS: operators
        .map((name) => `${name}:${digest(operatorToken(name))}${name === 'all' ? '' : `:${name}`}`)
        .join(','),
    },
  });
  const users: TestUser[] = [];
  const known: (readonly [string, unknown])[] = [
    ['/v1/links', Object.values(SEED_LINKS).map((code) => ({ code }))],
  ];
  for (let number = 0; number < PAYERS; number += 1) {
    const user = await TestUser.signIn(stack, number % 2 === 0 ? 'weapp' : 'alipay');
    users.push(user);
    const order = number === 0 ? await user.pay(60_000) : await user.order(1_000);
    known.push(['/v1/sessions', user.session], ['/v1/orders', order]);
  }
  const accessTokens = users.map((user) => user.session.accessToken);
  const [first] = users;
  if (first === undefined) throw new Error('nobody to fuzz with');
  const quote = (await first.quote(1_000)).quote;
  return {
    apiUrl: stack.apiUrl,
    bearers: {
      fitting: {
        accessToken: accessTokens,
        operatorToken: operators.map(operatorToken),
        jobSecret: [stack.environment.JOB_SECRET ?? ''],
      },
      others: [
        undefined,
        'x'.repeat(64),
        quote,
        await expiredToken(stack),
        await ofAnotherSecret(),
        operatorToken('nobody'),
        ...operators.map(operatorToken),
        stack.environment.JOB_SECRET,
        ...accessTokens,
      ],
    },
    known,
    async renew() {
      for (const [index, user] of users.entries()) {
        // A connection that lay idle for long is ended by the server; the next round asks again.
        const me = await user.send('/v1/me').catch(() => undefined);
        if (me === undefined || me.status === 200) continue;
        const again = await TestUser.signIn(stack, user.host);
        users[index] = again;
        accessTokens[index] = again.session.accessToken;
      }
    },
    logs: stack.logs,
    close: () => stack.close(),
  };
}

const CALLER: Caller = {
  accountId: '01900000-0000-7000-8000-00000000dead',
  sessionId: '01900000-0000-7000-8000-00000000beef',
  host: 'weapp',
};

async function expiredToken(stack: Stack): Promise<string> {
  const kind = tokenKind<Caller>({
    secret: stack.deps.settings.sessionSecret,
    audience: 'tpwallet/access',
    lifetimeMs: 1_000,
    now: () => new Date(Date.now() - HOUR_MS),
  });
  return (await kind.sign(CALLER)).token;
}

async function ofAnotherSecret(): Promise<string> {
  const now = (): Date => new Date();
  const kind = tokenKind<Caller>({
    secret: 'not the secret of this cloud',
    audience: 'tpwallet/access',
    lifetimeMs: HOUR_MS,
    now,
  });
  return (await kind.sign(CALLER)).token;
}
