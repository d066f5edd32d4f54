import { readFileSync } from 'node:fs';

import { createAlipay } from '../../cloud/gateways/alipay';
import { newPemPair } from './keys';
import { adapterFor, newPlatform, notificationOf, PUBLIC_KEY_ID, transaction } from './wechatpay-stub';

const mockLoaded: string[] = [];
jest.mock('alipay-sdk', () => {
  mockLoaded.push('alipay-sdk');
  return jest.requireActual<object>('alipay-sdk');
});
jest.mock('wechatpay-axios-plugin', () => {
  mockLoaded.push('wechatpay-axios-plugin');
  return jest.requireActual<object>('wechatpay-axios-plugin');
});

it('client libraries are loaded by the first call: neither a start nor a notification needs them', async () => {
  const platform = newPlatform(PUBLIC_KEY_ID);
  const nobody = 'http://127.0.0.1:9';
  const weChatPay = adapterFor(nobody, { publicKey: { id: PUBLIC_KEY_ID, pem: platform.publicKeyPem } });
  const keys = newPemPair();
  const alipay = createAlipay({
    appId: '2021000000000001',
    appPrivateKey: keys.privateKey,
    sellerId: '2088000000000001',
    baseUrl: nobody,
    notifyUrl: '',
    verification: { mode: 'public_key', alipayPublicKey: keys.publicKey },
    now: () => new Date(),
  });
  const raw = notificationOf(platform, 'TRANSACTION.SUCCESS', transaction());
  await expect(weChatPay.parseNotification(raw)).resolves.toMatchObject({ kind: 'payment' });
  await expect(alipay.parseNotification({ headers: {}, body: 'a=b' })).rejects.toThrow();
  expect(mockLoaded).toEqual([]);

  await expect(weChatPay.queryPayment('1')).rejects.toMatchObject({ kind: 'unknown' });
  expect(mockLoaded).toEqual(['wechatpay-axios-plugin']);
  await expect(alipay.queryPayment('1')).rejects.toMatchObject({ kind: 'unknown' });
  expect(mockLoaded).toEqual(['wechatpay-axios-plugin', 'alipay-sdk']);
});

it.each(['alipay', 'wechatpay'])('the sources of %s import their library in no other way', (folder) => {
  const source = readFileSync(`cloud/gateways/${folder}/client.ts`, 'utf8');
  expect(source).toMatch(/import\('(alipay-sdk|wechatpay-axios-plugin)'\)/);
  expect(source).not.toMatch(/^import (?!type)[^;]*'(alipay-sdk|wechatpay-axios-plugin)'/m);
});
