import { createVerify } from 'node:crypto';

import type { PaymentRequest } from '../../cloud/gateways/port';
import {
  adapterFor,
  APP_ID,
  merchantPublicKey,
  newPlatform,
  NO,
  PUBLIC_KEY_ID,
  refusalOf,
  startStub,
  transaction,
} from './wechatpay-stub';

const platform = newPlatform(PUBLIC_KEY_ID);
const publicKey = { id: PUBLIC_KEY_ID, pem: platform.publicKeyPem };

const JSAPI = '/v3/pay/transactions/jsapi';
const QUERY = `/v3/pay/transactions/out-trade-no/${NO}`;
const CLOSE = `${QUERY}/close`;
const REFUND = '/v3/refund/domestic/refunds';

const request: PaymentRequest = {
  outTradeNo: NO,
  description: '茶'.repeat(60),
  totalFen: 1234,
  expiresAt: new Date('2026-11-23T12:30:00.000Z'),
  payerOpenId: 'o-alice',
};
let stub: Awaited<ReturnType<typeof startStub>>;
beforeEach(async () => {
  stub = await startStub(platform);
});
afterEach(() => stub.close());

const gateway = () => adapterFor(stub.url, { publicKey });

describe('creating a payment', () => {
  it('signs what wx.requestPayment takes and keeps to the limits of the protocol', async () => {
    stub.on(JSAPI, { body: { prepay_id: 'wx-prepay-1' } });
    const invocation = await gateway().createPayment(request);
    if (invocation.kind !== 'wechat') throw new Error(invocation.kind);
    expect(invocation).toMatchObject({ package: 'prepay_id=wx-prepay-1', signType: 'RSA' });
    const text = `${APP_ID}\n${invocation.timeStamp}\n${invocation.nonceStr}\n${invocation.package}\n`;
    expect(
      createVerify('RSA-SHA256').update(text).verify(merchantPublicKey, invocation.paySign, 'base64'),
    ).toBe(true);

    const [sent] = stub.asked;
    expect(sent?.headers).toMatchObject({ 'wechatpay-serial': PUBLIC_KEY_ID, accept: expect.any(String) });
    const body = JSON.parse(sent?.body ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({
      time_expire: '2026-11-23T20:30:00+08:00',
      amount: { total: 1234, currency: 'CNY' },
      payer: { openid: 'o-alice' },
      description: '茶'.repeat(42),
    });
  });

  it('gives a code when nobody is named who pays', async () => {
    stub.on('/v3/pay/transactions/native', { body: { code_url: 'weixin://wxpay/bizpayurl?pr=1' } });
    await expect(gateway().createPayment({ ...request, payerOpenId: undefined })).resolves.toEqual({
      kind: 'code',
      codeUrl: 'weixin://wxpay/bizpayurl?pr=1',
    });
  });
});

describe('what is believed', () => {
  const believedAs = (code: string) => ({ name: 'GatewayError', kind: 'unknown', gatewayCode: code });

  it.each([
    [
      'altered',
      { tamper: (body: string) => body.replace('1234', '1235') },
      'EV3_RES_HEADER_SIGNATURE_DIGEST',
    ],
    ['unsigned', { unsigned: true }, 'EV3_RES_HEADERS_INCOMPLATE'],
    ['old', { signedAtMs: Date.now() - 301_000 }, 'EV3_RES_HEADER_TIMESTAMP_OFFSET'],
    ['of another payment', { body: transaction({ out_trade_no: 'other-number' }) }, 'ANSWER_MISMATCH'],
    ['of another merchant', { body: transaction({ mchid: '1900000002' }) }, 'ANSWER_MISMATCH'],
    ['of another shape', { body: transaction({ amount: { total: '1234' } }) }, 'ANSWER_MALFORMED'],
    ['in an unknown state', { body: transaction({ trade_state: 'NEW' }) }, 'ANSWER_MALFORMED'],
  ])('an answer that is %s is not', async (_how, answer, code) => {
    stub.on(QUERY, { body: transaction(), ...answer });
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject(believedAs(code));
  });

  it('an empty 204 is verified like any other', async () => {
    stub.on(CLOSE, { status: 204 }, { status: 204, unsigned: true });
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
    await expect(gateway().closePayment(NO)).rejects.toMatchObject(believedAs('EV3_RES_HEADERS_INCOMPLATE'));
  });

  it('a refusal may come unsigned, but not with a wrong signature', async () => {
    const notThere = refusalOf(404, 'ORDER_NOT_EXIST');
    const forged = { ...notThere, tamper: (body: string) => body.replace('说明', '別的') };
    stub.on(QUERY, notThere, { ...notThere, unsigned: true }, forged);
    await expect(gateway().queryPayment(NO)).resolves.toMatchObject({ state: 'not_found' });
    await expect(gateway().queryPayment(NO)).resolves.toMatchObject({ state: 'not_found' });
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject(believedAs('REFUSAL_UNVERIFIED'));
  });

  it('redirects are not followed, and what is thrown holds no key', async () => {
    stub.on(QUERY, { status: 302, body: '', location: '/elsewhere' });
    stub.on('/elsewhere', { body: transaction() });
    const error: unknown = await gateway()
      .queryPayment(NO)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(believedAs('HTTP_302'));
    expect((error as Error).cause).toBeUndefined();
  });

  it('silence is unknown', async () => {
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject({ kind: 'unknown' });
  });
});

describe('states and refusals', () => {
  it.each([
    ['SUCCESS', 'succeeded'],
    ['REFUND', 'refunded'],
    ['NOTPAY', 'pending'],
    ['USERPAYING', 'pending'],
    ['CLOSED', 'closed'],
    ['REVOKED', 'closed'],
    ['PAYERROR', 'failed'],
  ])('%s is %s', async (tradeState, state) => {
    stub.on(QUERY, { body: transaction({ trade_state: tradeState }) });
    await expect(gateway().queryPayment(NO)).resolves.toEqual({
      outTradeNo: NO,
      state,
      transactionId: '4200000001',
      totalFen: 1234,
      succeededAt: new Date('2026-11-23T12:10:00.000Z'),
    });
  });

  it('an unpaid payment leaves out what only a paid one has', async () => {
    const { appid, mchid, out_trade_no } = transaction();
    stub.on(QUERY, { body: { appid, mchid, out_trade_no, trade_state: 'NOTPAY' } });
    await expect(gateway().queryPayment(NO)).resolves.toMatchObject({
      state: 'pending',
      totalFen: undefined,
    });
  });

  it.each([
    [500, 'SYSTEM_ERROR', 'unknown'],
    [500, 'SYSTEMERROR', 'unknown'],
    [502, 'WHATEVER', 'unknown'],
    [429, 'FREQUENCY_LIMITED', 'unknown'],
    [400, 'ORDERPAID', 'already_paid'],
    [400, 'ORDER_PAID', 'already_paid'],
    [400, 'ORDER_CLOSED', 'closed'],
    [401, 'SIGN_ERROR', 'misconfigured'],
    [403, 'NOAUTH', 'misconfigured'],
    [400, 'APPID_MCHID_NOT_MATCH', 'misconfigured'],
    [400, 'MCH_NOT_EXISTS', 'misconfigured'],
    [400, 'PARAM_ERROR', 'refused'],
    [400, 'INVALID_REQUEST', 'refused'],
    [500, 'OPENID_MISMATCH', 'refused'],
  ])('%i %s is %s', async (status, code, kind) => {
    stub.on(JSAPI, refusalOf(status, code));
    await expect(gateway().createPayment(request)).rejects.toMatchObject({ kind, gatewayCode: code });
  });

  it('an error page of something in between says nothing', async () => {
    stub.on(JSAPI, { status: 404, body: '<html>', unsigned: true });
    await expect(gateway().createPayment(request)).rejects.toMatchObject({
      kind: 'unknown',
      gatewayCode: 'HTTP_404',
    });
  });

  it.each([
    ['SUCCESS', { kind: 'already_paid' }],
    ['CLOSED', { kind: 'closed' }],
    ['NOTPAY', { kind: 'refused', gatewayCode: 'OUT_TRADE_NO_USED' }],
  ])('a number that was used is settled by asking: %s', async (tradeState, error) => {
    stub.on(JSAPI, refusalOf(403, 'OUT_TRADE_NO_USED'));
    stub.on(QUERY, { body: transaction({ trade_state: tradeState }) });
    await expect(gateway().createPayment(request)).rejects.toMatchObject(error);
  });

  it('closing resolves where it is closed or was never there, and tells where it is paid', async () => {
    stub.on(CLOSE, refusalOf(404, 'ORDERNOTEXIST'), refusalOf(400, 'ORDER_CLOSED'));
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
    stub.on(CLOSE, refusalOf(400, 'ORDERPAID'));
    await expect(gateway().closePayment(NO)).rejects.toMatchObject({ kind: 'already_paid' });
    stub.on(CLOSE, refusalOf(400, 'INVALID_REQUEST'));
    stub.on(QUERY, { body: transaction() }, { body: transaction({ trade_state: 'CLOSED' }) });
    await expect(gateway().closePayment(NO)).rejects.toMatchObject({ kind: 'already_paid' });
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
  });

  it.each([
    ['PROCESSING', 'processing'],
    ['SUCCESS', 'succeeded'],
    ['CLOSED', 'closed'],
    ['CLOSE', 'closed'],
    ['ABNORMAL', 'abnormal'],
  ])('a refund that is %s is %s', async (status, state) => {
    const body = { out_refund_no: 'R1', out_trade_no: NO, status, amount: { refund: 34, total: 1234 } };
    stub.on(REFUND, { body });
    stub.on(`${REFUND}/R1`, { body });
    const refund = { outRefundNo: 'R1', outTradeNo: NO, refundFen: 34, totalFen: 1234, reason: '退款' };
    const report = { outRefundNo: 'R1', outTradeNo: NO, state, refundFen: 34 };
    await expect(gateway().refund(refund)).resolves.toEqual(report);
    await expect(gateway().queryRefund(NO, 'R1')).resolves.toEqual(report);
  });

  it.each([{ out_refund_no: 'R2' }, { out_trade_no: 'other' }])(
    'a refund that is another one (%o) is not believed',
    async (terms) => {
      const known = { out_refund_no: 'R1', out_trade_no: NO, status: 'SUCCESS', amount: { refund: 34 } };
      stub.on(REFUND, { body: { ...known, ...terms } });
      stub.on(`${REFUND}/R1`, { body: { ...known, ...terms } });
      const refund = { outRefundNo: 'R1', outTradeNo: NO, refundFen: 34, totalFen: 1234, reason: '退款' };
      const mismatch = { kind: 'unknown', gatewayCode: 'ANSWER_MISMATCH' };
      await expect(gateway().refund(refund)).rejects.toMatchObject(mismatch);
      await expect(gateway().queryRefund(NO, 'R1')).rejects.toMatchObject(mismatch);
    },
  );

  it('a refund nobody knows is not found', async () => {
    stub.on(`${REFUND}/R1`, refusalOf(404, 'RESOURCE_NOT_EXISTS'));
    await expect(gateway().queryRefund(NO, 'R1')).resolves.toMatchObject({ state: 'not_found' });
  });
});
