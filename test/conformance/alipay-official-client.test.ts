import { createPublicKey, X509Certificate } from 'node:crypto';

import { AlipaySdk } from 'alipay-sdk';

import { startAlipayBench, type AlipayBench } from './alipay-bench';

let bench: AlipayBench;

beforeAll(async () => {
  bench = await startAlipayBench(0.00001);
});
afterAll(() => bench.close());

type Mode = 'public key' | 'certificate';

function officialClient(mode: Mode): AlipaySdk {
  const { credentials } = bench;
  const shared = {
    appId: credentials.appId,
    privateKey: credentials.appPrivateKey,
    keyType: 'PKCS8' as const,
    gateway: `${credentials.baseUrl}/gateway.do`,
  };
  if (mode === 'public key')
    return new AlipaySdk({ ...shared, alipayPublicKey: credentials.alipayPublicKey });
  return new AlipaySdk({
    ...shared,
    appCertContent: credentials.appCert,
    alipayPublicCertContent: credentials.alipayPublicCert,
    alipayRootCertContent: credentials.alipayRootCert,
  });
}

/** `validateSign`: a reply whose signature does not hold throws. */
const STRICT = { validateSign: true };

describe.each<Mode>(['public key', 'certificate'])('the official client in %s mode', (mode) => {
  const outTradeNo = `S_${mode.replace(' ', '_')}`;

  it('goes from login to refund, verifying every reply', async () => {
    const client = officialClient(mode);
    const code = await bench.loginCode('alice');
    const token = await client.exec(
      'alipay.system.oauth.token',
      { grantType: 'authorization_code', code },
      STRICT,
    );
    expect(token.openId).toEqual(await bench.openId('alice'));

    const created = await client.exec(
      'alipay.trade.create',
      {
        notifyUrl: bench.notifyUrl,
        bizContent: {
          outTradeNo,
          totalAmount: '20.00',
          subject: '晚餐 ＆ "酒"',
          productCode: 'JSAPI_PAY',
          opAppId: bench.credentials.appId,
          buyerOpenId: token.openId,
          passbackParams: 'a%3D1',
        },
      },
      STRICT,
    );
    expect(created).toMatchObject({ code: '10000', outTradeNo, tradeNo: expect.any(String) });

    const opened = await bench.openWindow(created.tradeNo);
    expect(await bench.decide(opened.body.windowId, 'pay')).toMatchObject({ resultCode: '9000' });
    const found = await client.exec('alipay.trade.query', { bizContent: { outTradeNo } }, STRICT);
    expect(found).toMatchObject({ code: '10000', tradeStatus: 'TRADE_SUCCESS', totalAmount: '20.00' });

    const [notification] = await bench.received(outTradeNo, 1);
    const parameters = Object.fromEntries(new URLSearchParams(notification?.form));
    expect(client.checkNotifySignV2(parameters)).toBe(true);
    expect(client.checkNotifySignV2({ ...parameters, total_amount: '0.01' })).toBe(false);

    const refunded = await client.exec(
      'alipay.trade.refund',
      { bizContent: { outTradeNo, refundAmount: '5.00', outRequestNo: `${outTradeNo}_1` } },
      STRICT,
    );
    expect(refunded).toMatchObject({ code: '10000', fundChange: 'Y', refundFee: '5.00' });
    const refund = await client.exec(
      'alipay.trade.fastpay.refund.query',
      { bizContent: { outTradeNo, outRequestNo: `${outTradeNo}_1` } },
      STRICT,
    );
    expect(refund).toMatchObject({ code: '10000', refundStatus: 'REFUND_SUCCESS', refundAmount: '5.00' });
  });

  it('gets a code whose slashes are escaped in the signed text', async () => {
    const created = await officialClient(mode).exec(
      'alipay.trade.precreate',
      { bizContent: { outTradeNo: `${outTradeNo}_code`, totalAmount: '1.00', subject: '扫码' } },
      STRICT,
    );
    expect(created.qrCode).toMatch(/^https:\/\/qr\.alipay\.com\//);
  });

  it('hears of a refusal by its sub code', async () => {
    const missing = await officialClient(mode).exec(
      'alipay.trade.query',
      { bizContent: { outTradeNo: 'NONE' } },
      STRICT,
    );
    expect(missing).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_NOT_EXIST' });
  });

  it('notices a spoilt signature', async () => {
    await bench.fault('alipay.trade.query', { kind: 'bad_signature' });
    await expect(
      officialClient(mode).exec('alipay.trade.query', { bizContent: { outTradeNo } }, STRICT),
    ).rejects.toThrow();
  });
});

it('numbers the certificates as the official client does, and lets Alipay’s be downloaded', async () => {
  const client = officialClient('certificate');
  const reply = await client.exec(
    'alipay.open.app.alipaycert.download',
    { bizContent: { alipayCertSn: client.config.alipayCertSn } },
    STRICT,
  );
  const pem = Buffer.from(reply.alipayCertContent, 'base64').toString();
  expect(pem.trim()).toBe(bench.credentials.alipayPublicCert.trim());
  const keyOf = (input: string): string =>
    createPublicKey(input).export({ type: 'spki', format: 'pem' }).toString();
  expect(keyOf(pem)).toBe(keyOf(bench.credentials.alipayPublicKey));
  const root = new X509Certificate(bench.credentials.alipayRootCert);
  for (const issued of [pem, bench.credentials.appCert]) {
    expect(new X509Certificate(issued).verify(root.publicKey)).toBe(true);
  }
});

it('refuses a client that holds another key', async () => {
  const stranger = new AlipaySdk({
    appId: bench.credentials.appId,
    privateKey: (await import('./vectors/alipay.json')).alipay.privateKey,
    keyType: 'PKCS8',
    alipayPublicKey: bench.credentials.alipayPublicKey,
    gateway: `${bench.credentials.baseUrl}/gateway.do`,
  });
  const reply = await stranger.exec('alipay.trade.query', { bizContent: { outTradeNo: 'NONE' } }, STRICT);
  expect(reply).toMatchObject({ code: '40002', subCode: 'isv.invalid-signature' });
});
