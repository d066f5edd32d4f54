import { createAlipayClient } from '../../cloud/gateways/alipay';
import { createAlipayBiometrics } from '../../cloud/gateways/hosts/alipay-biometrics';
import {
  BiometricRejected,
  type HostBiometrics,
  type HostProof,
} from '../../cloud/gateways/hosts/biometrics';
import { createWeappBiometrics } from '../../cloud/gateways/hosts/weapp-biometrics';
import { createWeappServer } from '../../cloud/gateways/hosts/weapp-server';
import { GatewayError } from '../../cloud/gateways/port';
import { startSandbox, type Sandbox } from '../../cloud/sandbox';
import { control } from '../support/client';

const NONCE = 'n'.repeat(43);

let sandbox: Sandbox;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
let weapp: HostBiometrics;
let alipay: HostBiometrics;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, now });
  const { wechat, alipay: app } = sandbox.credentials;
  weapp = createWeappBiometrics(createWeappServer({ ...wechat, now }));
  alipay = createAlipayBiometrics(
    createAlipayClient({
      appId: app.appId,
      appPrivateKey: app.appPrivateKey,
      baseUrl: app.baseUrl,
      verification: { mode: 'public_key', alipayPublicKey: app.alipayPublicKey },
    }),
  );
});
afterAll(() => sandbox.close());

const signed = (host: 'weapp' | 'alipay', more: object = {}): Promise<Record<string, string>> =>
  control({ sandboxUrl: sandbox.url }, 'biometrics', {
    host,
    user: 'anna',
    challenge: NONCE,
    ...more,
  }) as Promise<Record<string, string>>;

const soter = async (more: object = {}): Promise<HostProof & { host: 'weapp' }> => {
  const { resultJSON = '', resultJSONSignature = '' } = await signed('weapp', more);
  return { host: 'weapp', resultJson: resultJSON, signature: resultJSONSignature };
};
const ifaa = async (more: object = {}): Promise<HostProof> => {
  const { verifyId = '' } = await signed('alipay', more);
  return { host: 'alipay', verifyId };
};
const ofAnna = (nonce = NONCE) => ({ openId: sandbox.user('anna').weapp.openId, nonce });
const inAlipay = (nonce = NONCE, user = 'anna') => ({ openId: sandbox.user(user).alipay.openId, nonce });
const fault = (gateway: string, operation: string, kind: string) =>
  control({ sandboxUrl: sandbox.url }, 'faults', { gateway, operation, fault: { kind } });

describe('SOTER', () => {
  test('a signature of the phone tells its key and a counter that grows', async () => {
    const first = await weapp.confirm(await soter(), ofAnna());
    const second = await weapp.confirm(await soter(), ofAnna());
    expect(first.keyId).toMatch(/^[\w-]{43}$/);
    expect(second).toEqual({ keyId: first.keyId, counter: (first.counter ?? 0) + 1 });
    const other = await weapp.confirm(await soter({ device: 'tablet' }), ofAnna());
    expect(other.keyId).not.toBe(first.keyId);
  });

  test('another challenge, a changed text, and what is no text are refused', async () => {
    const proof = await soter();
    const changed = { ...proof, resultJson: proof.resultJson.replace('"counter":', '"counter":9') };
    const spaced = { ...proof, resultJson: `${proof.resultJson} ` };
    const garbled = { ...proof, signature: proof.signature.replace(/^../, 'AA') };
    for (const bad of [
      changed,
      spaced,
      garbled,
      { ...proof, resultJson: 'null' },
      { ...proof, resultJson: '{' },
    ])
      await expect(weapp.confirm(bad, ofAnna())).rejects.toThrow(BiometricRejected);
    await expect(weapp.confirm(proof, ofAnna('another'))).rejects.toThrow(BiometricRejected);
    await expect(weapp.confirm(await ifaa(), ofAnna())).rejects.toThrow(BiometricRejected);
  });

  test('the proof of one user is none for another, nor for somebody unknown', async () => {
    const proof = await soter();
    for (const openId of [sandbox.user('bert').weapp.openId, 'o-nobody', sandbox.user('anna').alipay.openId])
      await expect(weapp.confirm(proof, { openId, nonce: NONCE })).rejects.toThrow(BiometricRejected);
  });

  test('an outage is no refusal', async () => {
    for (const kind of ['http_500', 'refuse']) {
      await fault('wechat', 'soter.verify_signature', kind);
      await expect(weapp.confirm(await soter(), ofAnna())).rejects.toThrow(GatewayError);
    }
  });
});

describe('IFAA', () => {
  test('Alipay confirms a number once, and tells no key', async () => {
    const proof = await ifaa();
    expect(await alipay.confirm(proof, inAlipay())).toEqual({ keyId: null, counter: null });
    await expect(alipay.confirm(proof, inAlipay())).rejects.toThrow(BiometricRejected);
  });

  test('another challenge, another user, one too old, and one made up are refused', async () => {
    await expect(alipay.confirm(await ifaa(), inAlipay('another'))).rejects.toThrow(BiometricRejected);
    await expect(alipay.confirm(await ifaa(), inAlipay(NONCE, 'bert'))).rejects.toThrow(BiometricRejected);
    await expect(alipay.confirm({ host: 'alipay', verifyId: 'made-up' }, inAlipay())).rejects.toThrow(
      BiometricRejected,
    );
    await expect(alipay.confirm(await soter(), inAlipay())).rejects.toThrow(BiometricRejected);
    const old = await ifaa();
    clockOffsetMs = 5 * 60_000 + 1;
    await expect(alipay.confirm(old, inAlipay())).rejects.toThrow(BiometricRejected);
    clockOffsetMs = 0;
  });

  test('an outage, and an answer whose signature does not hold, are no refusals', async () => {
    const method = 'alipay.security.risk.verifyidentity.miniapp.confirm';
    for (const kind of ['http_500', 'bad_signature']) {
      await fault('alipay', method, kind);
      await expect(alipay.confirm(await ifaa(), inAlipay())).rejects.toThrow(GatewayError);
    }
  });
});
