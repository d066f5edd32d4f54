import type { NotificationRejected } from '../../cloud/gateways/port';
import {
  adapterFor,
  certificatesAnswer,
  MCH_ID,
  newPlatform,
  NO,
  notificationOf,
  PUBLIC_KEY_ID,
  signedHeaders,
  startStub,
  transaction,
} from './wechatpay-stub';

const platform = newPlatform(PUBLIC_KEY_ID);
const publicKey = { id: PUBLIC_KEY_ID, pem: platform.publicKeyPem };
const refund = (terms: object = {}) => ({
  mchid: MCH_ID,
  out_trade_no: NO,
  out_refund_no: 'R1',
  refund_status: 'SUCCESS',
  amount: { total: 1234, refund: 34 },
  ...terms,
});

let stub: Awaited<ReturnType<typeof startStub>>;
beforeAll(async () => {
  stub = await startStub(platform);
  stub.on('/v3/certificates', { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '' } });
});
afterAll(() => stub.close());

/** Signed by WeChat Pay's own key, whatever it says. */
const genuine = (eventType: string, content: object | string) => notificationOf(platform, eventType, content);
const parse = (raw: { headers: Record<string, string>; body: string }) =>
  adapterFor(stub.url, { publicKey }).parseNotification(raw);
const reasonOf = (raw: { headers: Record<string, string>; body: string }) =>
  parse(raw).then(
    () => 'accepted',
    (error: NotificationRejected) => error.reason,
  );
const resigned = (body: string) => ({ headers: signedHeaders(platform, body), body });

it('reads a payment, a refund of each outcome, and leaves the rest', async () => {
  await expect(parse(genuine('TRANSACTION.SUCCESS', transaction()))).resolves.toEqual({
    id: 'EV-2026112300000001',
    kind: 'payment',
    report: {
      outTradeNo: NO,
      state: 'succeeded',
      transactionId: '4200000001',
      totalFen: 1234,
      succeededAt: new Date('2026-11-23T12:10:00.000Z'),
    },
  });
  for (const [eventType, status, state] of [
    ['REFUND.SUCCESS', 'SUCCESS', 'succeeded'],
    ['REFUND.ABNORMAL', 'ABNORMAL', 'abnormal'],
    ['REFUND.CLOSED', 'CLOSED', 'closed'],
  ] as const) {
    await expect(parse(genuine(eventType, refund({ refund_status: status })))).resolves.toMatchObject({
      kind: 'refund',
      report: { outRefundNo: 'R1', outTradeNo: NO, state, refundFen: 34 },
    });
  }
  await expect(parse(genuine('MCHTRANSFER.AUTHORIZATION.CLOSED', {}))).resolves.toMatchObject({
    kind: 'ignored',
    eventType: 'MCHTRANSFER.AUTHORIZATION.CLOSED',
  });
});

const transfer = (changes: object = {}) => ({
  mch_id: transaction().mchid,
  out_bill_no: NO,
  transfer_bill_no: '1330000071100999991182020050700019480001',
  state: 'SUCCESS',
  transfer_amount: 1234,
  openid: 'o-payee',
  ...changes,
});

it('reads how a payout ended, and takes none of another merchant', async () => {
  for (const [wire, state, reason] of [
    [{ state: 'SUCCESS' }, 'paid', undefined],
    [{ state: 'FAIL', fail_reason: 'NAME_NOT_CORRECT' }, 'failed', 'NAME_NOT_CORRECT'],
    [{ state: 'CANCELLED' }, 'failed', 'CANCELLED'],
  ] as const) {
    await expect(parse(genuine('MCHTRANSFER.BILL.FINISHED', transfer(wire)))).resolves.toMatchObject({
      kind: 'payout',
      report: { outBillNo: NO, state, reason, amountFen: 1234 },
    });
  }
  const stranger = genuine('MCHTRANSFER.BILL.FINISHED', transfer({ mch_id: '1900000002' }));
  expect(await reasonOf(stranger)).toBe('addressee_mismatch');
  expect(await reasonOf(genuine('MCHTRANSFER.BILL.FINISHED', transfer({ state: 'NEW' })))).toBe(
    'body_malformed',
  );
});

it('is not for us when it names another merchant or app', async () => {
  const strangers = [transaction({ mchid: '1900000002' }), transaction({ appid: 'wxother' })];
  for (const stranger of strangers) {
    expect(await reasonOf(genuine('TRANSACTION.SUCCESS', stranger))).toBe('addressee_mismatch');
  }
  expect(await reasonOf(genuine('REFUND.SUCCESS', refund({ mchid: '1900000002' })))).toBe(
    'addressee_mismatch',
  );
});

it('refuses what is well signed and makes no sense', async () => {
  const meaningless = [
    genuine('TRANSACTION.SUCCESS', refund()),
    genuine('REFUND.SUCCESS', transaction()),
    genuine('TRANSACTION.SUCCESS', transaction({ amount: { total: 12.5 } })),
    genuine('TRANSACTION.SUCCESS', 'no JSON'),
    resigned('no JSON'),
    resigned('{}'),
    resigned('null'),
  ];
  for (const raw of meaningless) expect(await reasonOf(raw)).toBe('body_malformed');
});

it('refuses what is well signed and was sealed with another key, for another purpose, or cut', async () => {
  const raw = genuine('TRANSACTION.SUCCESS', transaction());
  const other = genuine('TRANSACTION.SUCCESS', transaction({ amount: { total: 1 } }));
  type Envelope = { resource: Record<string, string> };
  const change = (change: (resource: Record<string, string>) => Record<string, string>) => {
    const envelope = JSON.parse(raw.body) as Envelope;
    return resigned(
      JSON.stringify({ ...envelope, resource: { ...envelope.resource, ...change(envelope.resource) } }),
    );
  };
  const otherResource = (JSON.parse(other.body) as Envelope).resource;
  const sealedWrongly = [
    notificationOf(platform, 'TRANSACTION.SUCCESS', transaction(), { apiV3Key: 'k'.repeat(32) }),
    change(() => ({ associated_data: 'refund' })),
    change(() => ({ nonce: '000000000000' })),
    change(() => ({ ciphertext: otherResource.ciphertext ?? '' })),
    change(() => ({ ciphertext: 'AAAA' })),
    change(({ ciphertext = '' }) => ({
      ciphertext: `${ciphertext.slice(0, 40)}AAAA${ciphertext.slice(44)}`,
    })),
  ];
  for (const sealed of sealedWrongly) expect(await reasonOf(sealed)).toBe('decryption_failed');
  expect(await reasonOf(change(() => ({ algorithm: 'AEAD_SM4_GCM' })))).toBe('body_malformed');
});

it('takes a clock up to five minutes off', async () => {
  const at = (offsetMs: number) =>
    notificationOf(platform, 'TRANSACTION.SUCCESS', transaction(), { atMs: Date.now() + offsetMs });
  expect(await reasonOf(at(-298_000))).toBe('accepted');
  expect(await reasonOf(at(298_000))).toBe('accepted');
  expect(await reasonOf(at(-302_000))).toBe('timestamp_out_of_range');
  expect(await reasonOf(at(302_000))).toBe('timestamp_out_of_range');
});

it('asks for certificates once when strangers sign, not once for each of them', async () => {
  const known = newPlatform('7157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  const stranger = newPlatform('8157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  const certified = await startStub(known);
  certified.on('/v3/certificates', await certificatesAnswer(known));
  const clock = { nowMs: Date.now() };
  const adapter = adapterFor(certified.url, { now: () => new Date(clock.nowMs) });
  const send = (signer: typeof known) =>
    adapter
      .parseNotification(notificationOf(signer, 'TRANSACTION.SUCCESS', transaction(), { atMs: clock.nowMs }))
      .then(
        ({ kind }) => kind,
        (error: NotificationRejected) => error.reason,
      );
  expect(await send(known)).toBe('payment');
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await send(stranger)).toBe('serial_unknown');
  expect(certified.asked).toHaveLength(1);
  clock.nowMs += 60_000;
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await send(stranger)).toBe('serial_unknown');
  expect(certified.asked).toHaveLength(2);
  await certified.close();
});

it('knows no other key where the merchant has no certificates', async () => {
  const stranger = newPlatform('9157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  expect(await reasonOf(notificationOf(stranger, 'TRANSACTION.SUCCESS', transaction()))).toBe(
    'serial_unknown',
  );
});

it('cannot say whose it is while the certificates cannot be had', async () => {
  const silent = await startStub(platform);
  const raw = notificationOf(newPlatform('AA'), 'TRANSACTION.SUCCESS', transaction());
  await expect(adapterFor(silent.url).parseNotification(raw)).rejects.toMatchObject({
    name: 'GatewayError',
    kind: 'unknown',
  });
  await silent.close();
});

it('answers in the bytes that WeChat Pay takes', () => {
  const { accepted, rejected } = adapterFor(stub.url, { publicKey });
  expect(accepted).toEqual({
    status: 200,
    contentType: 'application/json',
    body: '{"code":"SUCCESS","message":"成功"}',
  });
  expect(rejected(401)).toMatchObject({ status: 401, body: '{"code":"FAIL","message":"失败"}' });
});
