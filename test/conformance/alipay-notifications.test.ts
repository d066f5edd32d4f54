import { startAlipayBench, type AlipayBench } from './alipay-bench';

let bench: AlipayBench;

/** Shortens four minutes to some 24 ms and the last gap of 15 hours to 5 s. */
const SCALE = 0.0001;

beforeAll(async () => {
  bench = await startAlipayBench(SCALE);
});
afterAll(() => bench.close());
afterEach(() => bench.control('DELETE', 'faults'));

/** What a verified notification says; fails for a wrong signature. */
function read(notification: { form: string } | undefined): Record<string, string> {
  const parameters = bench.client.readNotification(notification?.form ?? '');
  if (parameters === undefined) throw new Error('The signature of the notification does not hold.');
  return parameters;
}

describe('notifications', () => {
  it('tell a payment as a signed form, to the address given with the trade', async () => {
    const tradeNo = await bench.pay('N1', '10.00');
    const [notification] = await bench.received('N1', 1);
    expect(notification?.contentType).toMatch(/^application\/x-www-form-urlencoded/);
    expect(read(notification)).toMatchObject({
      notify_type: 'trade_status_sync',
      notify_id: expect.stringMatching(/^\w{32,}$/),
      notify_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      app_id: bench.credentials.appId,
      seller_id: bench.credentials.sellerId,
      charset: 'utf-8',
      version: '1.0',
      sign_type: 'RSA2',
      out_trade_no: 'N1',
      trade_no: tradeNo,
      trade_status: 'TRADE_SUCCESS',
      total_amount: '10.00',
      subject: '钱包充值 1+1',
      gmt_payment: expect.any(String),
      fund_bill_list: '[{"amount":"10.00","fundChannel":"ALIPAYACCOUNT"}]',
    });
  });

  it('say nothing of a trade that waits for its buyer', async () => {
    await bench.create('N2');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await bench.received('N2', 0)).toEqual([]);
  });

  it('keep characters that a second decoding would break', async () => {
    const { body } = await bench.create('N3', { passback_params: 'a%3D1+%', subject: '100% 好' });
    await bench.decide((await bench.openWindow(body.trade_no)).body.windowId, 'pay');
    const [notification] = await bench.received('N3', 1);
    expect(read(notification)).toMatchObject({ passback_params: 'a%3D1+%', subject: '100% 好' });
  });

  it('come again under one id until they are answered with success, at growing distances', async () => {
    bench.answers.push('fail', '<html>success</html>', 'SUCCESS');
    await bench.pay('N4', '10.00');
    const sends = await bench.received('N4', 4);
    expect(sends).toHaveLength(4);
    const ids = new Set(sends.map((send) => read(send).notify_id));
    expect(ids.size).toBe(1);
    const gapsMs = sends.slice(1).map((send, index) => send.receivedAtMs - (sends[index]?.receivedAtMs ?? 0));
    const expectedMs = [4, 10, 10].map((minutes) => minutes * 60_000 * SCALE);
    gapsMs.forEach((gapMs, index) => expect(gapMs).toBeGreaterThan((expectedMs[index] ?? 0) * 0.8));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await bench.received('N4', 4)).toHaveLength(4);
  });

  it('tell a part refund as TRADE_SUCCESS and a full one as TRADE_CLOSED, both with gmt_refund', async () => {
    await bench.pay('N5', '10.00');
    const refund = (requestNo: string, yuan: string): Promise<unknown> =>
      bench.client.call('alipay.trade.refund', {
        out_trade_no: 'N5',
        refund_amount: yuan,
        out_request_no: requestNo,
      });
    await bench.received('N5', 1);
    await refund('N5A', '4.00');
    await bench.received('N5', 2);
    await refund('N5B', '6.00');
    await refund('N5B', '6.00');
    const told = (await bench.received('N5', 3)).map(read);
    expect(told).toHaveLength(3);
    expect(told[1]).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      out_biz_no: 'N5A',
      refund_fee: '4.00',
      gmt_refund: expect.any(String),
    });
    expect(told[2]).toMatchObject({
      trade_status: 'TRADE_CLOSED',
      out_biz_no: 'N5B',
      refund_fee: '10.00',
      gmt_refund: expect.any(String),
      gmt_payment: expect.any(String),
    });
    expect(new Set(told.map(({ notify_id }) => notify_id)).size).toBe(3);
  });

  it('tell the closing of an unpaid trade without a payment time', async () => {
    await bench.create('N6');
    await bench.control('POST', 'expire', { outTradeNo: 'N6' });
    const told = read((await bench.received('N6', 1))[0]);
    expect(told).toMatchObject({ trade_status: 'TRADE_CLOSED', gmt_close: expect.any(String) });
    expect(told).not.toHaveProperty('gmt_payment');
  });
});

describe('faults of notifications', () => {
  it('drop: the first send is lost, the next arrives', async () => {
    await bench.fault('notify', { kind: 'drop' });
    await bench.pay('F1');
    expect(await bench.received('F1', 1)).toHaveLength(1);
  });

  it('duplicate: the same notification twice', async () => {
    await bench.fault('notify', { kind: 'duplicate' });
    await bench.pay('F2');
    const told = (await bench.received('F2', 2)).map(read);
    expect(told).toHaveLength(2);
    expect(told[0]?.notify_id).toBe(told[1]?.notify_id);
  });

  it('bad_signature: verification fails', async () => {
    await bench.fault('notify', { kind: 'bad_signature' });
    await bench.pay('F3');
    const [notification] = await bench.received('F3', 1);
    expect(bench.client.readNotification(notification?.form ?? '')).toBeUndefined();
  });

  it('wrong_amount: properly signed, another amount', async () => {
    await bench.fault('notify', { kind: 'wrong_amount' });
    await bench.pay('F4', '10.00');
    expect(read((await bench.received('F4', 1))[0]).total_amount).not.toBe('10.00');
  });

  it('unknown_serial: properly signed, addressed to another app and seller', async () => {
    await bench.fault('notify', { kind: 'unknown_serial' });
    await bench.pay('F5');
    const told = read((await bench.received('F5', 1))[0]);
    expect(told.app_id).not.toBe(bench.credentials.appId);
    expect(told.seller_id).not.toBe(bench.credentials.sellerId);
  });

  it('stale_timestamp: properly signed, days old', async () => {
    await bench.fault('notify', { kind: 'stale_timestamp' });
    await bench.pay('F6');
    const told = read((await bench.received('F6', 1))[0]);
    const ageMs = Date.now() - Date.parse(`${String(told.notify_time).replace(' ', 'T')}+08:00`);
    expect(ageMs).toBeGreaterThan(24 * 3_600_000);
  });
});

describe('faults of replies', () => {
  const query = { out_trade_no: 'Q1' };
  beforeAll(() => bench.create('Q1'));

  it('http_500 answers no envelope', async () => {
    await bench.fault('alipay.trade.query', { kind: 'http_500' });
    await expect(bench.client.call('alipay.trade.query', query)).rejects.toThrow('Not a gateway reply: 500');
    expect((await bench.client.call('alipay.trade.query', query)).body.code).toBe('10000');
  });

  it('bad_signature spoils the signature only', async () => {
    await bench.fault('alipay.trade.query', { kind: 'bad_signature' });
    const reply = await bench.client.call('alipay.trade.query', query);
    expect(reply).toMatchObject({ signature: 'invalid', body: { code: '10000' } });
  });

  it('delay answers late', async () => {
    await bench.fault('alipay.trade.query', { kind: 'delay', delayMs: 300 });
    const startedAtMs = performance.now();
    expect((await bench.client.call('alipay.trade.query', query)).body.code).toBe('10000');
    expect(performance.now() - startedAtMs).toBeGreaterThan(290);
  });

  it('error_after_commit answers 20000 though the trade exists', async () => {
    await bench.fault('alipay.trade.create', { kind: 'error_after_commit' });
    const reply = await bench.create('Q2');
    expect(reply).toMatchObject({
      signature: 'valid',
      body: { code: '20000', sub_code: 'isp.unknow-error' },
    });
    const found = await bench.client.call('alipay.trade.query', { out_trade_no: 'Q2' });
    expect(found.body.trade_status).toBe('WAIT_BUYER_PAY');
  });

  it('timeout_after_commit holds the answer back though the trade exists', async () => {
    await bench.fault('alipay.trade.create', { kind: 'timeout_after_commit', delayMs: 400 });
    const pending = bench.create('Q3', { buyer_open_id: await bench.openId('alice') });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const found = await bench.client.call('alipay.trade.query', { out_trade_no: 'Q3' });
    expect(found.body.trade_status).toBe('WAIT_BUYER_PAY');
    await pending;
  });
});

describe('the payment window', () => {
  const status = async (outTradeNo: string): Promise<unknown> =>
    (await bench.client.call('alipay.trade.query', { out_trade_no: outTradeNo })).body.trade_status;

  it.each([
    ['cancel', undefined, '6001', 'WAIT_BUYER_PAY'],
    ['insufficient', undefined, '4000', 'WAIT_BUYER_PAY'],
    ['pay', undefined, '9000', 'TRADE_SUCCESS'],
    ['network_lost', undefined, '6002', 'TRADE_SUCCESS'],
    ['pay', 'error_after_commit', '6004', 'TRADE_SUCCESS'],
    ['pay', 'timeout_after_commit', '8000', 'TRADE_SUCCESS'],
  ])('%s with fault %s calls back %s and leaves %s', async (action, fault, resultCode, expected) => {
    const outTradeNo = `W_${action}_${fault ?? ''}`;
    const { body } = await bench.create(outTradeNo);
    const opened = await bench.openWindow(body.trade_no);
    expect(opened).toMatchObject({ status: 200, body: { amountFen: 8888, payee: expect.any(String) } });
    if (fault !== undefined) await bench.fault('window', { kind: fault });
    expect(await bench.decide(opened.body.windowId, action)).toEqual({ ok: true, resultCode });
    expect(await status(outTradeNo)).toBe(expected);
  });

  it('does not open for a wrong number, a stranger, a paid or a closed trade', async () => {
    const { body } = await bench.create('W1');
    expect((await bench.openWindow('W1')).status).toBe(400);
    expect((await bench.openWindow('2026010122001400000000009999')).status).toBe(400);
    expect((await bench.openWindow(body.trade_no, 'bob')).status).toBe(400);
    expect((await bench.openWindow(await bench.pay('W2'))).status).toBe(400);
    await bench.client.call('alipay.trade.close', { out_trade_no: 'W1' });
    expect((await bench.openWindow(body.trade_no)).status).toBe(400);
  });

  it('fails where the trade was closed while it stood open', async () => {
    const { body } = await bench.create('W3');
    const opened = await bench.openWindow(body.trade_no);
    await bench.client.call('alipay.trade.close', { out_trade_no: 'W3' });
    expect(await bench.decide(opened.body.windowId, 'pay')).toEqual({ ok: true, resultCode: '4000' });
    expect(await status('W3')).toBe('TRADE_CLOSED');
  });
});
