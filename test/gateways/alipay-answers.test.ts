import { createPublicKey } from 'node:crypto';

import { AlipaySdk } from 'alipay-sdk';

import { createAlipay } from '../../cloud/gateways/alipay';
import { verifyAnswer } from '../../cloud/gateways/alipay/client';
import type { PaymentRequest } from '../../cloud/gateways/port';
import { alipay, app, APP_ID, failing, reply, signed, startStub } from './alipay-stub';

const NO = '0190f5fe74b27c0f8a4b4f3d2e1c0b0a';
const TRADE_NO = '2026112322001400000000000001';

const success = (body: object) => ({ code: '10000', msg: 'Success', ...body });
const trade = (terms: object = {}) =>
  success({
    out_trade_no: NO,
    trade_no: TRADE_NO,
    trade_status: 'TRADE_SUCCESS',
    total_amount: '12.34',
    send_pay_date: '2026-11-23 20:10:00',
    ...terms,
  });
const request: PaymentRequest = {
  outTradeNo: NO,
  description: 'A/B=C&D 茶',
  totalFen: 1234,
  expiresAt: new Date('2026-11-23T12:30:00.000Z'),
  payerOpenId: 'alice-open-id',
};

let stub: Awaited<ReturnType<typeof startStub>>;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

const gateway = () =>
  createAlipay({
    ...stub.clientOptions,
    sellerId: '2088000000000001',
    notifyUrl: 'https://example.com/v1/notify/alipay',
    now: () => new Date(),
  });

describe('creating a payment', () => {
  it('asks for a mini-program trade in the words of the protocol', async () => {
    stub.on('alipay.trade.create', success({ out_trade_no: NO, trade_no: TRADE_NO }));
    await expect(gateway().createPayment(request)).resolves.toEqual({ kind: 'alipay', tradeNO: TRADE_NO });
    expect(stub.asked).toEqual([
      {
        method: 'alipay.trade.create',
        notifyUrl: 'https://example.com/v1/notify/alipay',
        biz: {
          out_trade_no: NO,
          total_amount: '12.34',
          subject: 'A B C D 茶',
          product_code: 'JSAPI_PAY',
          op_app_id: APP_ID,
          buyer_open_id: 'alice-open-id',
          time_expire: '2026-11-23 20:30:00',
        },
      },
    ]);
  });

  it('gives a code when nobody is named who pays', async () => {
    stub.on('alipay.trade.precreate', success({ out_trade_no: NO, qr_code: 'https://qr.alipay.com/bax1' }));
    await expect(gateway().createPayment({ ...request, payerOpenId: undefined })).resolves.toEqual({
      kind: 'code',
      codeUrl: 'https://qr.alipay.com/bax1',
    });
  });
});

describe('what is believed', () => {
  const QUERY = 'alipay.trade.query';
  const ROOT = 'alipay_trade_query_response';
  const unpaid = JSON.stringify(trade({ trade_status: 'WAIT_BUYER_PAY' }));
  const paid = JSON.stringify(trade());
  const goodSign = signed(unpaid);

  it.each([
    ['an altered answer', reply(QUERY, trade()).replace('12.34', '12.35'), 'ANSWER_UNVERIFIED'],
    ['an unsigned success', `{"${ROOT}":${paid}}`, 'ANSWER_UNSIGNED'],
    ['an empty signature', `{"${ROOT}":${paid},"sign":""}`, 'ANSWER_MALFORMED'],
    [
      'a second root behind the signed one',
      `{"${ROOT}":${unpaid},"sign":"${goodSign}","${ROOT}":${paid}}`,
      'ANSWER_MALFORMED',
    ],
    [
      'a second root before the signed one',
      `{"${ROOT}":${paid},"${ROOT}":${unpaid},"sign":"${goodSign}"}`,
      'ANSWER_MALFORMED',
    ],
    ['the answer of another method', reply('alipay.trade.close', trade()), 'NO_ANSWER'],
    ['another payment', reply(QUERY, trade({ out_trade_no: 'other' })), 'ANSWER_MISMATCH'],
    ['an amount with three decimals', reply(QUERY, trade({ total_amount: '12.345' })), 'ANSWER_MALFORMED'],
    ['an unknown state', reply(QUERY, trade({ trade_status: 'NEW' })), 'ANSWER_MALFORMED'],
    [
      'an unsigned refusal',
      `{"${ROOT}":${JSON.stringify(failing('40004', 'ACQ.TRADE_NOT_EXIST'))}}`,
      'ANSWER_UNSIGNED',
    ],
    ['a page of something in between', '<html>', 'NO_ANSWER'],
  ])('%s is not', async (_what, text, code) => {
    stub.onText(QUERY, text);
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject({ kind: 'unknown', gatewayCode: code });
  });

  it('the official check alone would take the second root, which is why ours stands before it', async () => {
    stub.onText(QUERY, `{"${ROOT}":${unpaid},"sign":"${goodSign}","${ROOT}":${paid}}`);
    const official = new AlipaySdk({
      appId: APP_ID,
      privateKey: app.privateKey,
      keyType: 'PKCS8',
      alipayPublicKey: alipay.publicKey,
      gateway: `${stub.baseUrl}/gateway.do`,
    });
    const answer = await official.exec(QUERY, { bizContent: { out_trade_no: NO } }, { validateSign: true });
    expect(answer.tradeStatus).toBe('TRADE_SUCCESS');
  });

  it('an answer signed with a certificate that is not held names it', () => {
    const text = JSON.stringify(trade());
    const answer = (sn: string) => `{"${ROOT}":${text},"alipay_cert_sn":"${sn}","sign":"${signed(text)}"}`;
    const verify = (sn: string) => () =>
      verifyAnswer(answer(sn), ROOT, createPublicKey(alipay.publicKey), 'a'.repeat(32));
    expect(verify('a'.repeat(32))).not.toThrow();
    expect(verify('b'.repeat(32))).toThrow('b'.repeat(32));
  });

  it('silence and an HTTP error are unknown', async () => {
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject({ kind: 'unknown' });
    stub.on(QUERY, trade());
    stub.answerWithStatus(500);
    await expect(gateway().queryPayment(NO)).rejects.toMatchObject({ kind: 'unknown' });
  });
});

describe('states and refusals', () => {
  it.each([
    [{ trade_status: 'WAIT_BUYER_PAY', send_pay_date: undefined }, 'pending'],
    [{ trade_status: 'TRADE_SUCCESS' }, 'succeeded'],
    [{ trade_status: 'TRADE_FINISHED' }, 'succeeded'],
    [{ trade_status: 'TRADE_CLOSED' }, 'refunded'],
    [{ trade_status: 'TRADE_CLOSED', send_pay_date: undefined }, 'closed'],
  ])('%o is %s', async (terms, state) => {
    stub.on('alipay.trade.query', trade(terms));
    const paid = state === 'succeeded' || state === 'refunded';
    await expect(gateway().queryPayment(NO)).resolves.toEqual({
      outTradeNo: NO,
      state,
      transactionId: paid ? TRADE_NO : undefined,
      totalFen: 1234,
      succeededAt: paid ? new Date('2026-11-23T12:10:00.000Z') : undefined,
    });
  });

  it.each([
    ['20000', 'isp.unknow-error', 'unknown'],
    ['40004', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['40004', 'AQC.SYSTEM_ERROR', 'unknown'],
    ['40005', 'isv.app-call-limited', 'unknown'],
    ['40004', 'ACQ.TRADE_HAS_SUCCESS', 'already_paid'],
    ['40004', 'ACQ.TRADE_HAS_CLOSE', 'closed'],
    ['40002', 'isv.invalid-signature', 'misconfigured'],
    ['40006', 'isv.insufficient-isv-permissions', 'misconfigured'],
    ['40004', 'ACQ.ACCESS_FORBIDDEN', 'misconfigured'],
    ['40004', 'ACQ.CONTEXT_INCONSISTENT', 'refused'],
    ['40004', 'ACQ.BUYER_NOT_EXIST', 'refused'],
  ])('%s %s is %s', async (code, subCode, kind) => {
    stub.on('alipay.trade.create', failing(code, subCode));
    const expected = { kind, gatewayCode: subCode };
    await expect(gateway().createPayment(request)).rejects.toMatchObject(expected);
    stub.onText('alipay.trade.create', reply('', failing(code, subCode), 'error_response'));
    await expect(gateway().createPayment(request)).rejects.toMatchObject(expected);
  });

  it('closing resolves where there is nothing to close, and asks where Alipay does not say', async () => {
    stub.on('alipay.trade.close', failing('40004', 'ACQ.TRADE_NOT_EXIST'));
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
    stub.on('alipay.trade.close', failing('40004', 'ACQ.TRADE_STATUS_ERROR'));
    stub.on('alipay.trade.query', trade());
    await expect(gateway().closePayment(NO)).rejects.toMatchObject({ kind: 'already_paid' });
    stub.on('alipay.trade.query', trade({ trade_status: 'TRADE_CLOSED', send_pay_date: undefined }));
    await expect(gateway().closePayment(NO)).resolves.toBeUndefined();
  });

  it('a refund that moved nothing now is looked up', async () => {
    const refund = { outRefundNo: 'R1', outTradeNo: NO, refundFen: 34, totalFen: 1234, reason: '退款' };
    const report = { outRefundNo: 'R1', outTradeNo: NO, refundFen: 34 };
    stub.on('alipay.trade.refund', success({ out_trade_no: NO, fund_change: 'Y', refund_fee: '0.34' }));
    await expect(gateway().refund(refund)).resolves.toEqual({ ...report, state: 'succeeded' });
    expect(stub.asked.at(-1)?.biz).toMatchObject({ out_request_no: 'R1', refund_amount: '0.34' });

    stub.on('alipay.trade.refund', success({ out_trade_no: NO, fund_change: 'N' }));
    const found = {
      out_trade_no: NO,
      out_request_no: 'R1',
      refund_status: 'REFUND_SUCCESS',
      refund_amount: '0.34',
    };
    stub.on('alipay.trade.fastpay.refund.query', success(found));
    await expect(gateway().refund(refund)).resolves.toEqual({ ...report, state: 'succeeded' });
    stub.on('alipay.trade.fastpay.refund.query', success({}));
    await expect(gateway().refund(refund)).resolves.toMatchObject({ state: 'processing' });
    await expect(gateway().queryRefund(NO, 'R1')).resolves.toMatchObject({ state: 'not_found' });
    stub.on('alipay.trade.fastpay.refund.query', success({ ...found, out_request_no: 'R2' }));
    await expect(gateway().queryRefund(NO, 'R1')).rejects.toMatchObject({ gatewayCode: 'ANSWER_MISMATCH' });
  });
});
