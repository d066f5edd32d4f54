import { createHash } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import { createApp } from '../../cloud/functions/app';
import { createDependencies, type Dependencies } from '../../cloud/functions/dependencies';
import type { App } from '../../cloud/functions/http/environment';
import type { TokenKind } from '../../cloud/functions/http/tokens';
import type { Settings } from '../../cloud/functions/settings';
import { OPERATOR_ROLES } from '../../cloud/functions/settings-operators';
import { createBreaker, DEFAULT_BREAKER, guarded } from '../../cloud/gateways/breaker';
import { LoginCodeRejected, type GatewayName, type PaymentGateway } from '../../cloud/gateways/port';
import { databaseOn } from '../../cloud/store';
import type { Connections } from './connections';
import { createModelGateway, type Way } from './gateways/model';
import type { Book } from './gateways/book';
import type { Random } from './random';
import type { Life } from './scheduler';

/** One life of a server or a worker: what is lost when it crashes. */
export interface Process extends Life {
  readonly deps: Dependencies;
  readonly app: App;
  readonly connections: Connections;
}

export interface Surroundings extends Way {
  readonly name: string;
  readonly connections: Connections;
  readonly books: Readonly<Record<GatewayName, Book>>;
  /** Feeds ids and secrets; the same for the whole run. */
  readonly ids: Random;
  readonly onEvent: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly onBreakerOpen: () => void;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Who runs the wallet. */
export const OPERATORS = ['ann', 'bob'].map((name) => ({
  name,
  token: `token of the simulation for the operator ${name}`.replaceAll(' ', '-'),
}));

/** Settings that nothing outside this process would take. */
const SETTINGS: Settings = {
  production: false,
  databaseUrl: 'postgres://simulation',
  databasePoolMax: 10,
  publicBaseUrl: 'http://localhost',
  sessionSecret: 'a secret of the simulation and of nothing else',
  jobSecret: undefined,
  operators: new Map(
    OPERATORS.map(({ name, token }) => [sha256(token), { name, roles: new Set(OPERATOR_ROLES) }]),
  ),
  ledgerSigningKey: undefined,
  notices: { weapp: {}, alipay: {} },
  wechatShipping: false,
  payouts: { gateways: ['wechatpay', 'alipay'], transferScene: undefined },
  cashbackAfterMs: 0,
  // Nobody here has a PIN: no payment asks for one.
  identity: {
    keys: [{ id: 'k1', secret: 'a secret of the simulation and of nothing else' }],
    stepUp: {
      countFromFen: Number.MAX_SAFE_INTEGER,
      freePerDayFen: Number.MAX_SAFE_INTEGER,
      oneFactorPerDayFen: Number.MAX_SAFE_INTEGER,
    },
  },
  rates: { factor: 1_000_000, proxyHops: 0 },
  vault: undefined,
  sms: undefined,
  alipayContentKey: undefined,
  wechat: { appId: 'wxsimulation', appSecret: 'none', apiBaseUrl: 'http://localhost' },
  wechatpay: {
    mchId: '1900000001',
    mchSerial: '00000000',
    mchPrivateKey: '',
    apiV3Key: '',
    baseUrl: 'http://localhost',
    publicKey: undefined,
    feeRatePpm: 6_000,
  },
  alipay: {
    appId: '2021000000000000',
    appPrivateKey: '',
    sellerId: '2088000000000000',
    baseUrl: 'http://localhost',
    verification: { mode: 'public_key', alipayPublicKey: '' },
    feeRatePpm: 6_000,
  },
};

/** Starts a process: the real functions on its own connections, breakers and clock. */
export function startProcess(around: Surroundings): Process {
  const now = (): Date => new Date(around.nowMs());
  const gateways = new Map<GatewayName, PaymentGateway>();
  const breakerOf = () =>
    createBreaker({
      ...DEFAULT_BREAKER,
      now,
      onChange: (state) => {
        if (state === 'open') around.onBreakerOpen();
      },
    });
  const breakers = { wechatpay: breakerOf(), alipay: breakerOf() };
  for (const name of ['wechatpay', 'alipay'] as const) {
    gateways.set(name, guarded(createModelGateway(around.books[name], around), breakers[name]));
  }
  const parts: Partial<Dependencies> = {
    now,
    db: databaseOn(around.connections),
    newId: () => uuidv7({ msecs: Math.max(0, around.nowMs()), random: around.ids.bytes(16) }),
    randomBytes: (length) => around.ids.bytes(length),
    log: (_level, event, fields = {}) => around.onEvent(event, fields),
    gateways: {
      get: (name) => Promise.resolve(gateways.get(name) as PaymentGateway),
      isAvailable: (name) => breakers[name].isAvailable(),
    },
    logins: {
      get: () =>
        Promise.resolve({
          exchange: (code) =>
            code.startsWith('code-of-')
              ? Promise.resolve({ openId: code.slice('code-of-'.length), unionId: undefined })
              : Promise.reject(new LoginCodeRejected(code)),
        }),
    },
  };
  const deps = createDependencies(SETTINGS, parts);
  const { access, quote } = deps.tokens;
  let app: App | undefined;
  const waited: Dependencies = {
    ...deps,
    tokens: { access: waitedFor(access, around), quote: waitedFor(quote, around) },
  };
  return {
    name: around.name,
    dead: false,
    deps: waited,
    // Only what is asked something needs its routes, and most lives are never asked.
    get app() {
      return (app ??= createApp(waited));
    },
    connections: around.connections,
  };
}

/** Signatures are made on other threads: the scheduler has to know that they are under way. */
const waitedFor = <Claims extends object>(
  kind: TokenKind<Claims>,
  { scheduler }: Pick<Way, 'scheduler'>,
): TokenKind<Claims> => ({
  sign: (claims) => scheduler.meanwhile(() => kind.sign(claims)),
  verify: (token) => scheduler.meanwhile(() => kind.verify(token)),
});
