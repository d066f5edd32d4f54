import { sign } from 'node:crypto';

import { AlipaySdk } from 'alipay-sdk';

import { createAlipay } from '../../cloud/gateways/alipay';
import type { NotificationRejected } from '../../cloud/gateways/port';
import { newPemPair } from './keys';

const app = newPemPair();
const alipay = newPemPair();
const NO = '0190f5fe74b27c0f8a4b4f3d2e1c0b0a';
const now = new Date('2026-11-23T12:10:05.000Z');

const adapter = createAlipay({
  appId: '2021000000000001',
  appPrivateKey: app.privateKey,
  sellerId: '2088000000000001',
  baseUrl: 'http://127.0.0.1:9',
  notifyUrl: 'https://example.com/v1/notify/alipay',
  verification: { mode: 'public_key', alipayPublicKey: alipay.publicKey },
  now: () => now,
});
const official = new AlipaySdk({
  appId: '2021000000000001',
  privateKey: app.privateKey,
  keyType: 'PKCS8',
  alipayPublicKey: alipay.publicKey,
});

const notice = (terms: Record<string, string | undefined> = {}): Record<string, string> => {
  const all = {
    notify_time: '2026-11-23 20:10:04',
    notify_type: 'trade_status_sync',
    notify_id: '2026112300222000000000000000000001',
    app_id: '2021000000000001',
    seller_id: '2088000000000001',
    charset: 'utf-8',
    version: '1.0',
    trade_no: '2026112322001400000000000001',
    out_trade_no: NO,
    trade_status: 'TRADE_SUCCESS',
    total_amount: '12.34',
    subject: '茶 & 100% = a%3D1+1',
    fund_bill_list: '[{"amount":"12.34","fundChannel":"ALIPAYACCOUNT"}]',
    gmt_payment: '2026-11-23 20:10:00',
    ...terms,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
};

/** The form as Alipay sends it, signed over all but `sign` and `sign_type`. */
function form(parameters: Record<string, string>, algorithm = 'RSA-SHA256', signType = 'RSA2'): string {
  const text = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  const signature = sign(algorithm, Buffer.from(text), alipay.privateKey).toString('base64');
  return new URLSearchParams({ ...parameters, sign_type: signType, sign: signature }).toString();
}

const parse = (body: string) => adapter.parseNotification({ headers: {}, body });
const reasonOf = (body: string) =>
  parse(body).then(
    () => 'accepted',
    (error: NotificationRejected) => error.reason,
  );
const without = (body: string, name: string) => {
  const parameters = new URLSearchParams(body);
  parameters.delete(name);
  return parameters.toString();
};

it.each([
  [{ trade_status: 'TRADE_SUCCESS' }, 'succeeded'],
  [{ trade_status: 'TRADE_FINISHED' }, 'succeeded'],
  [{ trade_status: 'TRADE_CLOSED', gmt_payment: undefined }, 'closed'],
  [{ trade_status: 'TRADE_CLOSED', gmt_refund: '2026-11-23 20:10:03.120' }, 'refunded'],
  [{ trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined }, 'pending'],
])('a trade with %o is %s', async (terms, state) => {
  const paid = state === 'succeeded' || state === 'refunded';
  await expect(parse(form(notice(terms)))).resolves.toEqual({
    id: '2026112300222000000000000000000001',
    kind: 'payment',
    report: {
      outTradeNo: NO,
      state,
      transactionId: paid ? '2026112322001400000000000001' : undefined,
      totalFen: 1234,
      succeededAt: paid ? new Date('2026-11-23T12:10:00.000Z') : undefined,
    },
  });
});

it('a refund is told as a refund, not as another payment', async () => {
  const terms = { out_biz_no: 'R1', refund_fee: '2.00', gmt_refund: '2026-11-23 20:10:03.120' };
  await expect(parse(form(notice(terms)))).resolves.toMatchObject({
    kind: 'refund',
    report: { outRefundNo: 'R1', outTradeNo: NO, state: 'succeeded', refundFen: undefined },
  });
});

it('other news is left', async () => {
  const terms = { notify_type: 'open_app_auth_notify', trade_status: undefined };
  await expect(parse(form(notice(terms)))).resolves.toMatchObject({
    kind: 'ignored',
    eventType: 'open_app_auth_notify',
  });
});

it('is not for us when it names another app or seller', async () => {
  expect(await reasonOf(form(notice({ app_id: '2021000000000002' })))).toBe('addressee_mismatch');
  expect(await reasonOf(form(notice({ app_id: undefined })))).toBe('addressee_mismatch');
  expect(await reasonOf(form(notice({ seller_id: '2088000000000002' })))).toBe('addressee_mismatch');
  expect(await reasonOf(form(notice({ seller_id: undefined })))).toBe('addressee_mismatch');
});

it('is taken for as long as Alipay repeats itself, and no longer', async () => {
  expect(await reasonOf(form(notice({ notify_time: '2026-11-22 18:10:06' })))).toBe('accepted');
  expect(await reasonOf(form(notice({ notify_time: '2026-11-22 18:10:04' })))).toBe('timestamp_out_of_range');
  expect(await reasonOf(form(notice({ notify_time: '2026-11-23 20:15:06' })))).toBe('timestamp_out_of_range');
  expect(await reasonOf(form(notice({ notify_time: undefined })))).toBe('timestamp_out_of_range');
});

it('takes one algorithm and one way to write a signature', async () => {
  expect(await reasonOf(form(notice(), 'RSA-SHA1', 'RSA'))).toBe('signature_invalid');
  expect(await reasonOf(form(notice(), 'RSA-SHA1'))).toBe('signature_invalid');
  expect(await reasonOf(without(form(notice()), 'sign_type'))).toBe('signature_invalid');
  expect(await reasonOf(without(form(notice()), 'sign'))).toBe('signature_invalid');
  const parameters = new URLSearchParams(form(notice()));
  parameters.set('sign', `${parameters.get('sign')} `);
  expect(await reasonOf(parameters.toString())).toBe('signature_invalid');
});

it('refuses what is well signed and makes no sense', async () => {
  const meaningless = [
    notice({ total_amount: '12.345' }),
    notice({ trade_status: 'NEW' }),
    notice({ out_trade_no: undefined }),
    notice({ gmt_payment: 'yesterday' }),
    notice({ notify_id: undefined }),
  ];
  for (const parameters of meaningless) expect(await reasonOf(form(parameters))).toBe('body_malformed');
  expect(await reasonOf(`total_amount=0.01&${form(notice())}`)).toBe('body_malformed');
});

it('agrees with the official client on what is signed', async () => {
  const good = form(notice());
  const bodies = [good, good.replace('12.34', '12.35'), without(good, 'subject'), `${good}&extra=1`];
  for (const body of bodies) {
    const theirs = official.checkNotifySignV2(Object.fromEntries(new URLSearchParams(body)));
    expect(await reasonOf(body)).toBe(theirs ? 'accepted' : 'signature_invalid');
  }
});

it('answers in the bytes that Alipay takes', () => {
  expect(adapter.accepted).toEqual({ status: 200, contentType: 'text/plain', body: 'success' });
  expect(adapter.rejected(401)).toEqual({ status: 401, contentType: 'text/plain', body: 'failure' });
});
