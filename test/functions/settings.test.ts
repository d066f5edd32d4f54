import { generateKeyPairSync } from 'node:crypto';

import { readSettings, SettingsError } from '../../cloud/functions/settings';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const complete: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://wallet:pass@127.0.0.1:5432/wallet',
  PUBLIC_BASE_URL: 'https://pay.example.com/',
  SESSION_SECRET: 's'.repeat(32),
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
      readSettings({ ...complete, OPERATORS: `alice:${hash}, bob:${'b'.repeat(64)}` }).operators,
    ).toEqual(
      new Map([
        [hash, 'alice'],
        ['b'.repeat(64), 'bob'],
      ]),
    );
    expect(readSettings(complete).operators.size).toBe(0);
    for (const wrong of ['alice', `alice:${hash}0`, `alice:${hash},`, `Alice:${hash}`, 'alice:token']) {
      expect(problemsOf({ ...complete, OPERATORS: wrong })).toEqual([
        expect.stringMatching(/^OPERATORS is not valid/),
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
