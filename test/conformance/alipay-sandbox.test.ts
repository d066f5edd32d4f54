import { startAlipayBench, type AlipayBench } from './alipay-bench';

let bench: AlipayBench;

beforeAll(async () => {
  bench = await startAlipayBench(0.00001);
});
afterAll(() => bench.close());

const refusal = (code: string, subCode: string): unknown =>
  expect.objectContaining({ code, sub_code: subCode, msg: expect.any(String), sub_msg: expect.any(String) });

describe('admission', () => {
  const query = { out_trade_no: 'NOBODY' };

  it.each([
    ['method', '40001', 'isv.missing-method', 'error_response', 'absent'],
    ['app_id', '40001', 'isv.missing-app-id', 'alipay_trade_query_response', 'absent'],
    ['version', '40001', 'isv.missing-version', 'alipay_trade_query_response', 'valid'],
    ['timestamp', '40001', 'isv.missing-timestamp', 'alipay_trade_query_response', 'valid'],
    ['sign_type', '40001', 'isv.missing-signature-type', 'alipay_trade_query_response', 'valid'],
    ['charset', '40002', 'isv.invalid-charset', 'alipay_trade_query_response', 'valid'],
  ])('refuses a request without %s', async (parameter, code, subCode, root, signature) => {
    const reply = await bench.client.call('alipay.trade.query', query, {
      system: { [parameter]: undefined },
    });
    expect(reply).toMatchObject({ status: 200, contentType: 'text/html;charset=utf-8', root, signature });
    expect(reply.body).toEqual(refusal(code, subCode));
  });

  it('refuses a request without a signature', async () => {
    const reply = await bench.client.call('alipay.trade.query', query, { sign: '' });
    expect(reply.body).toEqual(refusal('40001', 'isv.missing-signature'));
  });

  it.each([
    [{ app_id: '2021000000009999' }, 'isv.invalid-app-id'],
    [{ version: '2.0' }, 'isv.invalid-version'],
    [{ format: 'XML' }, 'isv.invalid-format'],
    [{ sign_type: 'RSA' }, 'isv.invalid-signature-type'],
    [{ charset: 'gbk' }, 'isv.invalid-charset'],
    [{ timestamp: '2026/01/01 00:00:00' }, 'isv.invalid-timestamp'],
    [{ timestamp: '2026-02-30 00:00:00' }, 'isv.invalid-timestamp'],
  ])('refuses %p', async (system, subCode) => {
    const reply = await bench.client.call('alipay.trade.query', query, { system });
    expect(reply.body).toEqual(refusal('40002', subCode));
  });

  it.each([-8, 8, 1])(
    'refuses a timestamp %d hours off, as a process in another zone writes it',
    async (hours) => {
      const { timestamp } = bench.client.systemParameters('', new Date(Date.now() + hours * 3_600_000));
      const reply = await bench.client.call('alipay.trade.query', query, { system: { timestamp } });
      expect(reply.body).toEqual(refusal('40002', 'isv.invalid-timestamp'));
    },
  );

  it('reads the charset from the address only', async () => {
    const reply = await bench.client.call('alipay.trade.query', query, {
      system: { charset: undefined },
      form: { charset: 'utf-8' },
    });
    expect(reply.body).toEqual(refusal('40002', 'isv.invalid-charset'));
  });

  it('answers a wrong signature with the text it should have been about', async () => {
    const reply = await bench.client.call('alipay.trade.query', query, { signedText: (text) => `${text} ` });
    expect(reply.signature).toBe('valid');
    expect(reply.body).toEqual(refusal('40002', 'isv.invalid-signature'));
    expect(reply.body.sub_msg).toMatch(
      /验签字符串为：app_id=\d+&biz_content=\{"out_trade_no":"NOBODY"\}&charset=/,
    );
  });

  it('refuses a signature that leaves sign_type out, as that of a notification does', async () => {
    const signedText = (text: string): string => text.replace('&sign_type=RSA2', '');
    const reply = await bench.client.call('alipay.trade.query', query, { signedText });
    expect(reply.body).toEqual(refusal('40002', 'isv.invalid-signature'));
  });

  it('covers the form with the signature, not only the address', async () => {
    const system = bench.client.systemParameters('alipay.trade.query');
    const text = Object.keys(system)
      .sort()
      .map((key) => `${key}=${system[key]}`)
      .join('&');
    const reply = await bench.client.send(
      { ...system, sign: bench.client.sign(text) },
      { biz_content: JSON.stringify(query) },
    );
    expect(reply.body).toEqual(refusal('40002', 'isv.invalid-signature'));
  });

  it('refuses an unknown method and business parameters that are not an object', async () => {
    const unknown = await bench.client.call('alipay.trade.wish', query);
    expect(unknown.body).toEqual(refusal('40002', 'isv.invalid-method'));
    const list = await bench.client.call('alipay.trade.query', []);
    expect(list.body).toEqual(refusal('40002', 'isv.invalid-parameter'));
  });

  it('asks for both certificate numbers, and the right ones', async () => {
    const sn = 'c'.repeat(32);
    const ask = async (system: Record<string, string>): Promise<unknown> =>
      (await bench.client.call('alipay.trade.query', query, { system })).body;
    expect(await ask({ app_cert_sn: sn })).toEqual(refusal('40001', 'isv.missing-alipay-root-cert-sn'));
    expect(await ask({ alipay_root_cert_sn: sn })).toEqual(refusal('40001', 'isv.missing-app-cert-sn'));
    expect(await ask({ app_cert_sn: sn, alipay_root_cert_sn: sn })).toEqual(
      refusal('40002', 'isv.app-cert-not-exist'),
    );
  });
});

describe('alipay.system.oauth.token', () => {
  const token = (form: Record<string, string>): ReturnType<typeof bench.client.call> =>
    bench.client.call('alipay.system.oauth.token', undefined, { form });

  it('exchanges a code once, for the same open id each time', async () => {
    const code = await bench.loginCode('bob');
    const reply = await token({ grant_type: 'authorization_code', code });
    expect(reply).toMatchObject({ root: 'alipay_system_oauth_token_response', signature: 'valid' });
    expect(reply.body).toMatchObject({ access_token: expect.any(String), open_id: expect.any(String) });
    expect(reply.body).not.toHaveProperty('code');
    expect(await bench.openId('bob')).toBe(reply.body.open_id);
    const again = await token({ grant_type: 'authorization_code', code });
    expect(again).toMatchObject({ root: 'error_response', signature: 'valid' });
    expect(again.body).toEqual(refusal('40002', 'isv.code-invalid'));
  });

  it('refreshes once and refuses other grants', async () => {
    const code = await bench.loginCode('bob');
    const first = await token({ grant_type: 'authorization_code', code });
    const form = { grant_type: 'refresh_token', refresh_token: String(first.body.refresh_token) };
    expect((await token(form)).body).toMatchObject({ open_id: first.body.open_id });
    expect((await token(form)).body).toEqual(refusal('40002', 'isv.refreshed-token-invalid'));
    expect((await token({ grant_type: 'password' })).body).toEqual(
      refusal('40002', 'isv.grant-type-invalid'),
    );
  });
});

describe('alipay.trade.create', () => {
  it('opens a trade that a query finds unpaid', async () => {
    const created = await bench.create('C1');
    expect(created).toMatchObject({ signature: 'valid', body: { code: '10000', out_trade_no: 'C1' } });
    expect(created.body.trade_no).toMatch(/^20\d{26}$/);
    const { body } = await bench.client.call('alipay.trade.query', { out_trade_no: 'C1' });
    expect(body).toMatchObject({
      code: '10000',
      trade_no: created.body.trade_no,
      trade_status: 'WAIT_BUYER_PAY',
      total_amount: '88.88',
      buyer_pay_amount: '0.00',
    });
    expect(body).not.toHaveProperty('send_pay_date');
  });

  it('gives the same trade for the same data and refuses other data', async () => {
    const first = await bench.create('C2');
    expect((await bench.create('C2')).body.trade_no).toBe(first.body.trade_no);
    const changes = [
      { total_amount: '88.89' },
      { subject: '别的' },
      { buyer_open_id: await bench.openId('bob') },
    ];
    for (const change of changes) {
      expect((await bench.create('C2', change)).body).toEqual(refusal('40004', 'ACQ.CONTEXT_INCONSISTENT'));
    }
  });

  it('refuses a number that is paid or closed', async () => {
    await bench.pay('C3');
    expect((await bench.create('C3')).body).toEqual(refusal('40004', 'ACQ.TRADE_HAS_SUCCESS'));
    await bench.create('C4');
    await bench.client.call('alipay.trade.close', { out_trade_no: 'C4' });
    expect((await bench.create('C4')).body).toEqual(refusal('40004', 'ACQ.TRADE_HAS_CLOSE'));
  });

  it.each([
    [{ total_amount: 88.88 }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: '0.00' }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: '88.888' }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: '100000000.01' }, 'ACQ.INVALID_PARAMETER'],
    [{ subject: 'a/b' }, 'ACQ.INVALID_PARAMETER'],
    [{ subject: undefined }, 'ACQ.INVALID_PARAMETER'],
    [{ subject: '字'.repeat(257) }, 'ACQ.INVALID_PARAMETER'],
    [{ out_trade_no: 'with-dash' }, 'ACQ.INVALID_PARAMETER'],
    [{ out_trade_no: 'a'.repeat(65) }, 'ACQ.INVALID_PARAMETER'],
    [{ op_app_id: undefined }, 'ACQ.INVALID_PARAMETER'],
    [{ op_app_id: '2021000000009999' }, 'ACQ.UNBOUND_APPLICATION'],
    [{ product_code: 'QUICK_MSECURITY_PAY' }, 'ACQ.ACCESS_FORBIDDEN'],
    [{ buyer_open_id: 'nobody' }, 'ACQ.BUYER_NOT_EXIST'],
    [{ seller_id: '2088000000009999' }, 'ACQ.SELLER_NOT_EXIST'],
    [{ time_expire: '2020-01-01 00:00:00' }, 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR'],
    [{ time_expire: '2030-01-01T00:00:00+08:00' }, 'ACQ.INVALID_PARAMETER'],
    [{ timeout_express: '16d' }, 'ACQ.INVALID_PARAMETER'],
    [{ timeout_express: '1.5h' }, 'ACQ.INVALID_PARAMETER'],
  ])('refuses %p', async (terms, subCode) => {
    expect((await bench.create('C5', terms)).body).toEqual(refusal('40004', subCode));
    const { body } = await bench.client.call('alipay.trade.query', { out_trade_no: 'C5' });
    expect(body).toEqual(refusal('40004', 'ACQ.TRADE_NOT_EXIST'));
  });
});

describe('alipay.trade.precreate', () => {
  const terms = { total_amount: '12.30', subject: '扫码付款' };

  it('makes no trade before the code is scanned', async () => {
    const reply = await bench.client.call('alipay.trade.precreate', { out_trade_no: 'P1', ...terms });
    expect(reply.signature).toBe('valid');
    expect(reply.signedText).toContain('"qr_code":"https:\\/\\/qr.alipay.com\\/');
    const query = { out_trade_no: 'P1' };
    expect((await bench.client.call('alipay.trade.query', query)).body).toEqual(
      refusal('40004', 'ACQ.TRADE_NOT_EXIST'),
    );
    expect((await bench.client.call('alipay.trade.close', query)).body).toEqual(
      refusal('40004', 'ACQ.TRADE_NOT_EXIST'),
    );
    const scan = { codeUrl: reply.body.qr_code, host: 'alipay', user: 'bob', password: '123456' };
    expect((await bench.control('POST', 'pay-code', scan)).status).toBe(200);
    expect((await bench.client.call('alipay.trade.query', query)).body).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      total_amount: '12.30',
      buyer_open_id: await bench.openId('bob'),
    });
  });

  it('repeats the code for the same data and lets an expired one go', async () => {
    const precreate = (change = {}): ReturnType<typeof bench.client.call> =>
      bench.client.call('alipay.trade.precreate', { out_trade_no: 'P2', ...terms, ...change });
    const { body } = await precreate();
    expect((await precreate()).body.qr_code).toBe(body.qr_code);
    expect((await precreate({ total_amount: '12.31' })).body).toEqual(
      refusal('40004', 'ACQ.CONTEXT_INCONSISTENT'),
    );
    await bench.control('POST', 'expire', { outTradeNo: 'P2' });
    const scan = { codeUrl: body.qr_code, host: 'alipay', user: 'bob', password: '123456' };
    expect((await bench.control('POST', 'pay-code', scan)).status).toBe(400);
  });
});

describe('alipay.trade.close and expiry', () => {
  it('closes what is unpaid, once', async () => {
    await bench.create('X1');
    const close = (): ReturnType<typeof bench.client.call> =>
      bench.client.call('alipay.trade.close', { out_trade_no: 'X1' });
    expect((await close()).body).toMatchObject({ code: '10000', out_trade_no: 'X1' });
    expect((await close()).body).toEqual(refusal('40004', 'ACQ.TRADE_STATUS_ERROR'));
  });

  it('does not close what is paid', async () => {
    const tradeNo = await bench.pay('X2');
    const reply = await bench.client.call('alipay.trade.close', { trade_no: tradeNo });
    expect(reply.body).toEqual(refusal('40004', 'ACQ.TRADE_STATUS_ERROR'));
  });

  it('closes a trade when its time is over', async () => {
    const { body } = await bench.create('X3');
    await bench.control('POST', 'expire', { outTradeNo: 'X3' });
    expect((await bench.client.call('alipay.trade.query', { out_trade_no: 'X3' })).body).toMatchObject({
      trade_status: 'TRADE_CLOSED',
    });
    expect((await bench.openWindow(body.trade_no)).status).toBe(400);
  });
});

describe('alipay.trade.refund', () => {
  const refund = (biz: Record<string, unknown>): ReturnType<typeof bench.client.call> =>
    bench.client.call('alipay.trade.refund', biz);

  it('moves money once per request number and adds up', async () => {
    await bench.pay('R1', '10.00');
    const first = { out_trade_no: 'R1', refund_amount: '3.00', out_request_no: 'R1A' };
    expect((await refund(first)).body).toMatchObject({
      code: '10000',
      fund_change: 'Y',
      refund_fee: '3.00',
      send_back_fee: '3.00',
    });
    expect((await refund(first)).body).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '3.00' });
    expect((await refund({ ...first, refund_amount: '3.01' })).body).toEqual(
      refusal('40004', 'ACQ.DISCORDANT_REPEAT_REQUEST'),
    );
    expect((await refund({ ...first, out_request_no: 'R1B', refund_amount: '7.01' })).body).toEqual(
      refusal('40004', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'),
    );
    const query = { out_trade_no: 'R1' };
    expect((await bench.client.call('alipay.trade.query', query)).body.trade_status).toBe('TRADE_SUCCESS');
    expect((await refund({ ...first, out_request_no: 'R1C', refund_amount: '7.00' })).body).toMatchObject({
      fund_change: 'Y',
      refund_fee: '10.00',
      send_back_fee: '7.00',
    });
    expect((await bench.client.call('alipay.trade.query', query)).body.trade_status).toBe('TRADE_CLOSED');
    expect((await refund(first)).body).toMatchObject({ fund_change: 'N', refund_fee: '10.00' });
    expect((await refund({ ...first, out_request_no: 'R1D' })).body).toEqual(
      refusal('40004', 'ACQ.TRADE_HAS_CLOSE'),
    );
  });

  it('needs a request number for a part, a paid trade and a trade at all', async () => {
    await bench.pay('R2', '10.00');
    expect((await refund({ out_trade_no: 'R2', refund_amount: '1.00' })).body).toEqual(
      refusal('40004', 'ACQ.INVALID_PARAMETER'),
    );
    await bench.create('R3');
    expect((await refund({ out_trade_no: 'R3', refund_amount: '88.88' })).body).toEqual(
      refusal('40004', 'ACQ.TRADE_STATUS_ERROR'),
    );
    expect((await refund({ out_trade_no: 'R4', refund_amount: '88.88' })).body).toEqual(
      refusal('40004', 'ACQ.TRADE_NOT_EXIST'),
    );
    expect((await refund({ refund_amount: '88.88' })).body).toEqual(
      refusal('40004', 'ACQ.INVALID_PARAMETER'),
    );
  });

  it('answers a query for an unknown refund with success and no status', async () => {
    await bench.pay('R5', '10.00');
    await refund({ out_trade_no: 'R5', refund_amount: '4.00', out_request_no: 'R5A' });
    const ask = (requestNo: string): ReturnType<typeof bench.client.call> =>
      bench.client.call('alipay.trade.fastpay.refund.query', {
        out_trade_no: 'R5',
        out_request_no: requestNo,
      });
    expect((await ask('R5A')).body).toMatchObject({
      refund_status: 'REFUND_SUCCESS',
      refund_amount: '4.00',
      total_amount: '10.00',
    });
    const unknown = await ask('R5B');
    expect(unknown.body).toEqual({ code: '10000', msg: 'Success' });
  });
});

it('hands out its certificate by number', async () => {
  const method = 'alipay.open.app.alipaycert.download';
  const reply = await bench.client.call(method, { alipay_cert_sn: '0'.repeat(32) });
  expect(reply.body).toEqual(refusal('40002', 'isv.alipay-cert-not-exist'));
});
