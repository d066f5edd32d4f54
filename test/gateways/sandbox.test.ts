import { LoginCodeRejected } from '../../cloud/gateways/port';
import { HOST_OF, SETUPS, startBench, TIMEOUT_MS, type Bench } from './bench';

/** What each operation is called where faults are set. */
const OPERATIONS = {
  wechatpay: { create: 'jsapi', query: 'query', close: 'close', refund: 'refund' },
  alipay: {
    create: 'alipay.trade.create',
    query: 'alipay.trade.query',
    close: 'alipay.trade.close',
    refund: 'alipay.trade.refund',
  },
} as const;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
describe.each(SETUPS)('%s with %s against the sandbox', (name, mode) => {
  const gateway = () => bench.gateway(name, mode);

  it('takes a payment from its creation to its notification', async () => {
    const inbox = bench.inbox();
    const request = await bench.request(name);
    const invocation = await bench.gateway(name, mode, inbox).createPayment(request);
    await expect(gateway().queryPayment(request.outTradeNo)).resolves.toMatchObject({
      state: 'pending',
      transactionId: undefined,
    });
    await expect(bench.window(invocation)).resolves.toMatchObject({ ok: true });

    const queried = await gateway().queryPayment(request.outTradeNo);
    expect(queried).toEqual({
      outTradeNo: request.outTradeNo,
      state: 'succeeded',
      transactionId: expect.stringMatching(/^\d{16,32}$/),
      totalFen: 8888,
      succeededAt: expect.any(Date),
      ...(name === 'wechatpay' && { payerOpenId: request.payerOpenId }),
    });
    expect(Math.abs((queried.succeededAt?.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);

    const [raw] = await inbox.received(1);
    if (raw === undefined) throw new Error('no notification came');
    await expect(gateway().parseNotification(raw)).resolves.toEqual({
      id: expect.any(String),
      kind: 'payment',
      report: { ...queried, succeededAt: expect.any(Date) },
    });
  });

  it('gives the same payment for the same request', async () => {
    const request = await bench.request(name);
    await gateway().createPayment(request);
    const invocation = await gateway().createPayment(request);
    await bench.window(invocation);
    await expect(gateway().createPayment(request)).rejects.toMatchObject({ kind: 'already_paid' });
    await expect(gateway().closePayment(request.outTradeNo)).rejects.toMatchObject({ kind: 'already_paid' });
  });

  it('is paid by the code that another host scans', async () => {
    const request = await bench.request(name, { payerOpenId: undefined });
    const invocation = await gateway().createPayment(request);
    if (invocation.kind !== 'code') throw new Error(invocation.kind);
    await bench.control('pay-code', {
      codeUrl: invocation.codeUrl,
      host: HOST_OF[name],
      user: 'bob',
      password: '123456',
    });
    await expect(gateway().queryPayment(request.outTradeNo)).resolves.toMatchObject({ state: 'succeeded' });
  });

  it('stays unpaid when the window is cancelled, then closes, again and again', async () => {
    const request = await bench.request(name);
    const invocation = await gateway().createPayment(request);
    await bench.window(invocation, 'cancel');
    await expect(gateway().queryPayment(request.outTradeNo)).resolves.toMatchObject({ state: 'pending' });
    await gateway().closePayment(request.outTradeNo);
    await gateway().closePayment(request.outTradeNo);
    await expect(gateway().queryPayment(request.outTradeNo)).resolves.toMatchObject({ state: 'closed' });
    await expect(gateway().createPayment(request)).rejects.toMatchObject({ kind: 'closed' });
  });

  it('knows nothing of a number never used', async () => {
    await expect(gateway().queryPayment('f'.repeat(32))).resolves.toMatchObject({ state: 'not_found' });
    await expect(gateway().closePayment('f'.repeat(32))).resolves.toBeUndefined();
    await expect(gateway().queryRefund('f'.repeat(32), 'e'.repeat(32))).resolves.toMatchObject({
      state: 'not_found',
    });
  });

  it('refunds once however often it is asked, and tells of it', async () => {
    const inbox = bench.inbox();
    const notified = bench.gateway(name, mode, inbox);
    const request = await bench.request(name);
    await bench.window(await notified.createPayment(request));
    await inbox.received(1);
    const refund = {
      outRefundNo: `${request.outTradeNo.slice(0, 31)}r`,
      outTradeNo: request.outTradeNo,
      refundFen: 8888,
      totalFen: 8888,
      reason: '重复付款退回',
    };
    await notified.refund(refund);
    await notified.refund(refund);
    const [, raw] = await inbox.received(2);
    if (raw === undefined) throw new Error('no notification of the refund came');
    await expect(gateway().parseNotification(raw)).resolves.toMatchObject({
      kind: 'refund',
      report: { outRefundNo: refund.outRefundNo, outTradeNo: request.outTradeNo, state: 'succeeded' },
    });
    await expect(gateway().queryRefund(request.outTradeNo, refund.outRefundNo)).resolves.toEqual({
      outRefundNo: refund.outRefundNo,
      outTradeNo: request.outTradeNo,
      state: 'succeeded',
      refundFen: 8888,
    });
    await expect(gateway().queryPayment(request.outTradeNo)).resolves.toMatchObject({ state: 'refunded' });
  });

  const kinds = ['http_500', 'timeout_after_commit', 'bad_signature', 'error_after_commit'];
  const operations = ['create', 'query', 'close', 'refund'] as const;
  const failures = operations.flatMap((operation) => kinds.map((kind) => [operation, kind] as const));

  it.each(failures)(
    'calls it unknown when %s ends in %s, and can be asked again',
    async (operation, kind) => {
      const request = await bench.request(name);
      const invocation = await gateway().createPayment(request);
      if (operation === 'refund') await bench.window(invocation);
      const { outTradeNo } = request;
      const outRefundNo = `${outTradeNo.slice(0, 31)}r`;
      const call = {
        create: () => gateway().createPayment(request),
        query: () => gateway().queryPayment(outTradeNo),
        close: () => gateway().closePayment(outTradeNo),
        refund: () =>
          gateway().refund({ outRefundNo, outTradeNo, refundFen: 1, totalFen: 8888, reason: '退款' }),
      }[operation];
      await bench.fault(name, OPERATIONS[name][operation], kind, 2 * TIMEOUT_MS);
      await expect(call()).rejects.toMatchObject({ name: 'GatewayError', gateway: name, kind: 'unknown' });
      await call();
    },
  );

  it('names the user of a login code once', async () => {
    const login = bench.login(name, mode);
    const code = await bench.loginCode(name, 'alice');
    const identity = await login.exchange(code);
    expect(identity).toEqual({ openId: expect.any(String), unionId: expect.any(String) });
    await expect(login.exchange(code)).rejects.toThrow(LoginCodeRejected);
    await expect(login.exchange('never-given-out')).rejects.toThrow(LoginCodeRejected);
  });
});
