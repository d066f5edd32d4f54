import { randomBytes } from 'node:crypto';

import { createGateways } from '../../cloud/functions/gateways';
import type { Settings } from '../../cloud/functions/settings';
import { DEFAULT_BREAKER } from '../../cloud/gateways/breaker';
import { newPemPair } from './keys';

const keys = newPemPair();
/** Nothing listens there. */
const baseUrl = 'http://127.0.0.1:9';

const settings: Settings = {
  production: false,
  databaseUrl: '',
  databasePoolMax: 1,
  publicBaseUrl: 'https://example.com',
  sessionSecret: '',
  jobSecret: undefined,
  operators: new Map(),
  notices: { weapp: {}, alipay: {} },
  wechatShipping: false,
  payouts: { gateways: [], transferScene: undefined },
  cashbackAfterMs: 0,
  identity: { keys: [], stepUp: { countFromFen: 0, freePerDayFen: 0, oneFactorPerDayFen: 0 } },
  rates: { factor: 1, proxyHops: 0 },
  vault: undefined,
  sms: undefined,
  alipayContentKey: undefined,
  ledgerSigningKey: undefined,
  wechat: { appId: 'wxtest0000000001', appSecret: 'secret', apiBaseUrl: baseUrl },
  wechatpay: {
    mchId: '1900000001',
    mchSerial: '5F1C72E2AAAA',
    mchPrivateKey: keys.privateKey,
    apiV3Key: 'k'.repeat(32),
    baseUrl,
    feeRatePpm: 6_000,
    publicKey: { id: 'PUB_KEY_ID_1', pem: keys.publicKey },
  },
  alipay: {
    appId: '2021000000000001',
    appPrivateKey: keys.privateKey,
    sellerId: '2088000000000001',
    baseUrl,
    feeRatePpm: 6_000,
    verification: { mode: 'public_key', alipayPublicKey: keys.publicKey },
  },
};

function assembled(changes: Partial<Settings> = {}) {
  const clock = { nowMs: 0 };
  const events: string[] = [];
  const parts = createGateways(
    { ...settings, ...changes },
    {
      now: () => new Date(clock.nowMs),
      log: (level, event, fields) => events.push(`${level} ${event} ${String(fields?.gateway)}`),
      randomBytes,
    },
  );
  return { ...parts, clock, events };
}

it('makes each gateway and login once, and only those that are asked for', async () => {
  const noAlipay = { ...settings.alipay, appPrivateKey: 'not a key' };
  const { gateways, logins } = assembled({ alipay: noAlipay });
  expect(await gateways.get('wechatpay')).toBe(await gateways.get('wechatpay'));
  expect(await logins.get('weapp')).toBe(await logins.get('weapp'));
  await expect(gateways.get('alipay')).rejects.toThrow();
  await expect(logins.get('alipay')).rejects.toThrow();
});

it.each(['wechatpay', 'alipay'] as const)(
  'stops asking %s when it does not answer, says so, and tries again',
  async (name) => {
    const { gateways, clock, events } = assembled();
    const gateway = await gateways.get(name);
    expect(gateways.isAvailable(name)).toBe(true);
    for (let call = 0; call < DEFAULT_BREAKER.failuresToOpen; call += 1) {
      await expect(gateway.queryPayment('1')).rejects.toMatchObject({ gateway: name, kind: 'unknown' });
    }
    expect(gateways.isAvailable(name)).toBe(false);
    expect(gateways.isAvailable(name === 'alipay' ? 'wechatpay' : 'alipay')).toBe(true);
    expect(events).toEqual([`error gateway_breaker_open ${name}`]);
    await expect(gateway.queryPayment('1')).rejects.toMatchObject({ gatewayCode: 'BREAKER_OPEN' });
    clock.nowMs += DEFAULT_BREAKER.waitMs;
    expect(gateways.isAvailable(name)).toBe(true);
  },
);
