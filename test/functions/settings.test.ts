import { generateKeyPairSync } from 'node:crypto';

import { readSettings, SettingsError } from '../../cloud/functions/settings';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const complete: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://wallet:pass@127.0.0.1:5432/wallet',
  PUBLIC_BASE_URL: 'https://pay.example.com/',
  SESSION_SECRET: 's'.repeat(32),
  IDENTITY_KEYS: `k1:${'i'.repeat(32)}`,
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WECHATPAY_MCH_ID: '1900000001',
  WECHATPAY_MCH_SERIAL: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  WECHATPAY_MCH_PRIVATE_KEY: privatePem,
  WECHATPAY_APIV3_KEY: 'k'.repeat(32),
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_APP_PRIVATE_KEY: privatePem,
  ALIPAY_SELLER_ID: '2088000000000001',
  ALIPAY_PUBLIC_KEY: publicPem,
};

function problemsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  test('take operators by the hash of their tokens, and refuse anything else', () => {
    const hash = 'a'.repeat(64);
    expect(
      readSettings({ ...complete, OPERATORS: `alice:${hash}, bob:${'b'.repeat(64)}:author+reviewer` })
        .operators,
    ).toEqual(
      new Map([
        [hash, { name: 'alice', roles: new Set(['support', 'author', 'reviewer']) }],
        ['b'.repeat(64), { name: 'bob', roles: new Set(['author', 'reviewer']) }],
      ]),
    );
    expect(readSettings(complete).operators.size).toBe(0);
    for (const wrong of [
      'alice',
      `alice:${hash}:king`,
      `alice:${hash}:`,
      `alice:${hash}0`,
      `alice:${hash},`,
      `Alice:${hash}`,
      'alice:token',
    ]) {
      expect(problemsOf({ ...complete, OPERATORS: wrong })).toEqual([
        expect.stringMatching(/^OPERATORS is not valid/),
      ]);
    }
  });

  test('take the templates of notices with what goes under their keys, and refuse anything else', () => {
    const read = readSettings({
      ...complete,
      WECHAT_TEMPLATE_PAID: 'template-1 thing1=merchant  amount2=amount',
      ALIPAY_TEMPLATE_REFUNDED: 'template-2 keyword1=event',
      WECHAT_SHIPPING: 'on',
    });
    expect(read.notices).toEqual({
      weapp: { paid: { id: 'template-1', fields: { thing1: 'merchant', amount2: 'amount' } } },
      alipay: { refunded: { id: 'template-2', fields: { keyword1: 'event' } } },
    });
    expect(read.wechatShipping).toBe(true);
    expect(readSettings(complete)).toMatchObject({
      notices: { weapp: {}, alipay: {} },
      wechatShipping: false,
    });
    for (const wrong of [
      'template-1',
      'template-1 thing1=weather',
      'template-1 thing1=merchant thing1=amount',
      'template-1 keyword1=merchant',
      'template-1 thing1',
      'template-1 thing1=merchant=amount',
      '短 thing1=merchant',
    ]) {
      expect(problemsOf({ ...complete, WECHAT_TEMPLATE_REFUNDED: wrong })).toEqual([
        expect.stringMatching(/^WECHAT_TEMPLATE_REFUNDED is not valid: give the template's id/),
      ]);
    }
    expect(problemsOf({ ...complete, ALIPAY_TEMPLATE_PAID: 'template-1 thing1=merchant' })).toHaveLength(1);
    expect(problemsOf({ ...complete, WECHAT_SHIPPING: 'yes' })).toEqual([
      expect.stringMatching(/^WECHAT_SHIPPING is not valid/),
    ]);
  });

  test('cashback is paid out after a week, or after so many whole days', () => {
    expect(readSettings(complete).cashbackAfterMs).toBe(7 * 86_400_000);
    expect(readSettings({ ...complete, CASHBACK_AFTER_DAYS: '0' }).cashbackAfterMs).toBe(0);
    expect(readSettings({ ...complete, CASHBACK_AFTER_DAYS: '15' }).cashbackAfterMs).toBe(15 * 86_400_000);
    for (const wrong of ['-1', '1.5', 'week', '1000']) {
      expect(problemsOf({ ...complete, CASHBACK_AFTER_DAYS: wrong })).toEqual([
        'CASHBACK_AFTER_DAYS is not valid: give whole days (0 to 999) or leave it out for 7',
      ]);
    }
  });

  test('pay nobody out unless a gateway is named with all that it needs', () => {
    expect(readSettings(complete).payouts).toEqual({ gateways: [], transferScene: undefined });
    const scene = {
      WECHATPAY_TRANSFER_SCENE_ID: '1005',
      WECHATPAY_TRANSFER_REPORT_INFOS: '岗位类型=收款商家; 报酬说明=商户结算款',
    };
    expect(readSettings({ ...complete, ...scene, PAYOUT_GATEWAYS: 'wechatpay' }).payouts).toEqual({
      gateways: ['wechatpay'],
      transferScene: {
        id: '1005',
        reportInfos: [
          { type: '岗位类型', content: '收款商家' },
          { type: '报酬说明', content: '商户结算款' },
        ],
      },
    });
    expect(problemsOf({ ...complete, PAYOUT_GATEWAYS: 'wechatpay' })).toEqual([
      expect.stringMatching(/^WECHATPAY_TRANSFER_SCENE_ID is missing/),
      expect.stringMatching(/^WECHATPAY_TRANSFER_REPORT_INFOS is missing/),
    ]);
    expect(problemsOf({ ...complete, PAYOUT_GATEWAYS: 'alipay' })).toEqual([
      expect.stringMatching(/^PAYOUT_GATEWAYS names alipay, which pays out in certificate mode only/),
    ]);
    for (const wrong of ['unionpay', 'wechatpay,wechatpay', 'wechatpay;alipay', ',']) {
      expect(problemsOf({ ...complete, ...scene, PAYOUT_GATEWAYS: wrong })).toEqual([
        expect.stringMatching(/^PAYOUT_GATEWAYS is not valid/),
      ]);
    }
    for (const wrong of ['岗位类型', '=收款商家', '岗位类型=', `岗位类型=${'长'.repeat(33)}`]) {
      const environment = { ...complete, ...scene, PAYOUT_GATEWAYS: 'wechatpay' };
      expect(problemsOf({ ...environment, WECHATPAY_TRANSFER_REPORT_INFOS: wrong })).toEqual([
        expect.stringMatching(/^WECHATPAY_TRANSFER_REPORT_INFOS is not valid/),
      ]);
    }
  });

  test('take an Ed25519 key for the ledger or none, and refuse any other', () => {
    const pem = (type: 'ed25519' | 'x25519') =>
      (type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')).privateKey
        .export({ type: 'pkcs8', format: 'pem' })
        .toString();
    const key = pem('ed25519');
    const oneLine = key.trim().replaceAll('\n', '\\n');
    for (const given of [key, oneLine, Buffer.from(key).toString('base64')]) {
      expect(readSettings({ ...complete, LEDGER_SIGNING_KEY: given }).ledgerSigningKey).toBe(key);
    }
    expect(readSettings(complete).ledgerSigningKey).toBeUndefined();
    for (const wrong of ['a secret', pem('x25519')]) {
      expect(problemsOf({ ...complete, LEDGER_SIGNING_KEY: wrong })).toEqual([
        expect.stringMatching(/^LEDGER_SIGNING_KEY is not valid/),
      ]);
    }
  });

  test('name every missing variable in one error, each with what to do', () => {
    const problems = problemsOf({});
    for (const name of Object.keys(complete)) {
      expect(problems.filter((problem) => problem.startsWith(`${name} is missing: `))).toHaveLength(1);
    }
    expect(problems).toHaveLength(Object.keys(complete).length);
  });

  test('take the official addresses where none is given', () => {
    const settings = readSettings({ ...complete, NODE_ENV: 'production' });
    expect(settings.wechatpay.baseUrl).toBe('https://api.mch.weixin.qq.com');
    expect(settings.wechat.apiBaseUrl).toBe('https://api.weixin.qq.com');
    expect(settings.alipay.baseUrl).toBe('https://openapi.alipay.com');
    expect(settings.publicBaseUrl).toBe('https://pay.example.com');
    expect(settings.jobSecret).toBeUndefined();
  });

  test.each(['WECHAT_API_BASE_URL', 'WECHATPAY_BASE_URL', 'ALIPAY_BASE_URL'])(
    'refuse a %s that is not official in production, and take it elsewhere',
    (name) => {
      for (const address of ['http://127.0.0.1:8090', 'https://openapi.alipay.com.example.com']) {
        expect(problemsOf({ ...complete, [name]: address, NODE_ENV: 'production' })).toEqual([
          expect.stringMatching(new RegExp(`^${name} is not an official address`)),
        ]);
        expect(problemsOf({ ...complete, [name]: address })).toEqual([]);
      }
    },
  );

  test('refuse a plain http origin in production', () => {
    const environment = { ...complete, PUBLIC_BASE_URL: 'http://pay.example.com' };
    expect(problemsOf(environment)).toEqual([]);
    expect(problemsOf({ ...environment, NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^PUBLIC_BASE_URL is not valid/),
    ]);
  });

  test('read keys with literal line ends, as base64 of the PEM, and bare', () => {
    const bare = privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
    for (const value of [
      privatePem.replaceAll('\n', '\\n'),
      Buffer.from(privatePem).toString('base64'),
      bare,
    ]) {
      const settings = readSettings({ ...complete, ALIPAY_APP_PRIVATE_KEY: value });
      expect(settings.alipay.appPrivateKey).toBe(privatePem);
    }
  });

  test('take keys of PINs, the newest in front, and refuse short ones and names that come twice', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(40)];
    expect(readSettings({ ...complete, IDENTITY_KEYS: `k2:${second}, k1:${first}` }).identity.keys).toEqual([
      { id: 'k2', secret: second },
      { id: 'k1', secret: first },
    ]);
    for (const wrong of ['', first, 'k1:short', `k1:${first},k1:${second}`, `k1:${first},`])
      expect(problemsOf({ ...complete, IDENTITY_KEYS: wrong })).toEqual([
        expect.stringMatching(/^IDENTITY_KEYS is (missing|not valid)/),
      ]);
    expect(
      readSettings({ ...complete, STEP_UP_FREE_PER_DAY_FEN: '100', STEP_UP_COUNT_FROM_FEN: '0' }).identity
        .stepUp,
    ).toEqual({ freePerDayFen: 100, countFromFen: 0, oneFactorPerDayFen: 2_000_000 });
    expect(problemsOf({ ...complete, STEP_UP_COUNT_FROM_FEN: '1.5' })).toHaveLength(1);
  });

  test('never repeat a value, which may be a secret', () => {
    const problems = problemsOf({
      ...complete,
      WECHATPAY_MCH_PRIVATE_KEY: 'hunter2',
      SESSION_SECRET: 'short',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter2|short\b/);
  });

  test('ask for the other half of a mode that was begun', () => {
    expect(problemsOf({ ...complete, WECHATPAY_PUBLIC_KEY: publicPem })).toEqual([
      expect.stringMatching(/^WECHATPAY_PUBLIC_KEY_ID is missing/),
    ]);
    expect(problemsOf({ ...complete, ALIPAY_APP_CERT: 'x', ALIPAY_PUBLIC_KEY: '' })).toEqual([
      expect.stringMatching(/^ALIPAY_APP_CERT is not valid/),
      expect.stringMatching(/^ALIPAY_PUBLIC_CERT is missing/),
      expect.stringMatching(/^ALIPAY_ROOT_CERT is missing/),
    ]);
  });
});
