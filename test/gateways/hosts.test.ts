import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAlipayMessenger } from '../../cloud/gateways/hosts/alipay-messages';
import type { Notice } from '../../cloud/gateways/hosts/port';
import { createWeappMessenger } from '../../cloud/gateways/hosts/weapp-messages';
import { createWeappServer } from '../../cloud/gateways/hosts/weapp-server';
import { createWeappShipping } from '../../cloud/gateways/hosts/weapp-shipping';
import { GatewayError } from '../../cloud/gateways/port';

interface Received {
  readonly path: string;
  readonly token: string | null;
  readonly body: Record<string, unknown>;
}

let server: Server;
let received: Received[] = [];
/** What the server answers to each path, in turn; the last one for good. */
let answers: Record<string, unknown[]> = {};
let tokens = 0;
let nowMs = Date.UTC(2026, 10, 24, 4);

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://local');
      const body = JSON.parse(text) as Record<string, unknown>;
      received.push({ path: url.pathname, token: url.searchParams.get('access_token'), body });
      const queue = answers[url.pathname] ?? [];
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      if (typeof answer === 'number') return void response.writeHead(answer).end();
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  received = [];
  tokens = 0;
  answers = {
    [TOKEN]: [{ access_token: `token-${(tokens += 1)}`, expires_in: 7_200 }],
    [SEND]: [{ errcode: 0, errmsg: 'ok' }],
    [SHIP]: [{ errcode: 0, errmsg: 'ok' }],
  };
});

const TOKEN = '/cgi-bin/stable_token';
const SEND = '/cgi-bin/message/subscribe/send';
const SHIP = '/wxa/sec/order/upload_shipping_info';

const weappServer = () =>
  createWeappServer({
    appId: 'wx1',
    appSecret: 'secret-1',
    apiBaseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => new Date(nowMs),
    timeoutMs: 1_000,
  });

const notice = (fields: Notice['template']['fields'], merchant = '山茶咖啡'): Notice => ({
  openId: 'o-alice',
  template: { id: 'template-1', fields },
  page: 'pages/order/index?id=1',
  facts: { merchant, amountFen: 128_050, at: new Date(0), orderNumber: '2611240001', event: '退款成功' },
});
const FIELDS = {
  thing1: 'merchant',
  amount2: 'amount',
  time3: 'time',
  character_string4: 'order',
  phrase5: 'event',
} as const;

const kindOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    (outcome) => `answered ${String(outcome)}`,
    (error: unknown) => (error instanceof GatewayError ? error.kind : String(error)),
  );

describe("WeChat's access token", () => {
  test('is asked for once by many callers, and again near its end', async () => {
    const messenger = createWeappMessenger(weappServer());
    await Promise.all(Array.from({ length: 10 }, () => messenger.send(notice(FIELDS))));
    await messenger.send(notice(FIELDS));
    const asked = () => received.filter(({ path }) => path === TOKEN);
    expect(asked().map(({ body }) => body)).toEqual([
      { grant_type: 'client_credential', appid: 'wx1', secret: 'secret-1' },
    ]);
    nowMs += 6_900_000;
    await messenger.send(notice(FIELDS));
    expect(asked()).toHaveLength(2);
  });

  test.each([40001, 40014, 42001])('refused with %i is replaced by force, once', async (errcode) => {
    answers[TOKEN] = [
      { access_token: 'old', expires_in: 7_200 },
      { access_token: 'new', expires_in: 7_200 },
    ];
    answers[SEND] = [{ errcode }, { errcode: 0 }];
    expect(await createWeappMessenger(weappServer()).send(notice(FIELDS))).toBe('sent');
    expect(
      received.map(({ token, body }) => token ?? (body.force_refresh === true ? 'force' : 'ask')),
    ).toEqual(['ask', 'old', 'force', 'new']);
    answers[SEND] = [{ errcode }];
    expect(await kindOf(createWeappMessenger(weappServer()).send(notice(FIELDS)))).toBe('misconfigured');
  });

  test.each([
    [{ errcode: 40125 }, 'misconfigured'],
    [{ errcode: -1 }, 'unknown'],
    [{ access_token: '' }, 'unknown'],
    ['not json', 'unknown'],
    [502, 'unknown'],
  ])('not to be had (%j) is told as %s, without the secret', async (answer, kind) => {
    answers[TOKEN] = [answer];
    const call = createWeappMessenger(weappServer()).send(notice(FIELDS));
    expect(await kindOf(call)).toBe(kind);
    await expect(call).rejects.not.toThrow('secret-1');
  });
});

describe('a subscribe message', () => {
  test('carries the facts under the keys of the template, each cut to what its key takes', async () => {
    const long = '一家名字特别长的商户'.repeat(4);
    await createWeappMessenger(weappServer()).send(notice(FIELDS, long));
    expect(received.at(-1)).toMatchObject({
      path: SEND,
      body: {
        touser: 'o-alice',
        template_id: 'template-1',
        page: 'pages/order/index?id=1',
        miniprogram_state: 'formal',
        data: {
          thing1: { value: long.slice(0, 20) },
          amount2: { value: '¥1280.50' },
          time3: { value: '1970-01-01 08:00' },
          character_string4: { value: '2611240001' },
          phrase5: { value: '退款成功' },
        },
      },
    });
  });

  test.each([
    [43101, 'answered declined'],
    [43107, 'answered declined'],
    [40003, 'answered declined'],
    [43108, 'unknown'],
    [-1, 'unknown'],
    [40037, 'misconfigured'],
    [47003, 'misconfigured'],
  ])('answered %i is %s', async (errcode, outcome) => {
    answers[SEND] = [{ errcode }];
    expect(await kindOf(createWeappMessenger(weappServer()).send(notice(FIELDS)))).toBe(outcome);
  });
});

describe('shipping info', () => {
  const shipment = {
    outTradeNo: randomBytes(16).toString('hex'),
    payerOpenId: 'o-alice',
    description: '山茶咖啡'.repeat(20),
    at: new Date('2026-11-24T04:00:00.123Z'),
  };
  const upload = () => createWeappShipping(weappServer(), { mchId: '1900000001' }).upload(shipment);

  test('is of one virtual item, delivered at once', async () => {
    expect(await upload()).toBe('uploaded');
    expect(received.at(-1)?.body).toEqual({
      order_key: { order_number_type: 1, mchid: '1900000001', out_trade_no: shipment.outTradeNo },
      logistics_type: 3,
      delivery_mode: 1,
      shipping_list: [{ item_desc: '山茶咖啡'.repeat(10) }],
      upload_time: '2026-11-24T12:00:00.123+08:00',
      payer: { openid: 'o-alice' },
    });
  });

  test.each([
    [10060001, 'unknown'],
    [10060002, 'answered settled'],
    [10060003, 'answered settled'],
    [10060004, 'answered settled'],
    [10060023, 'answered settled'],
    [10060031, 'refused'],
    [268485216, 'refused'],
  ])('answered %i is %s', async (errcode, outcome) => {
    answers[SHIP] = [{ errcode }];
    expect(await kindOf(upload())).toBe(outcome);
  });
});

describe('a message of Alipay', () => {
  const fields = { keyword1: 'event', keyword2: 'amount' } as const;

  test('carries the facts as JSON under its keywords', async () => {
    const calls: unknown[] = [];
    const messenger = createAlipayMessenger({
      call: (method, request) => {
        calls.push([method, request]);
        return Promise.resolve({});
      },
    });
    expect(await messenger.send(notice(fields))).toBe('sent');
    expect(calls).toEqual([
      [
        'alipay.open.app.mini.templatemessage.send',
        {
          bizContent: {
            to_open_id: 'o-alice',
            user_template_id: 'template-1',
            page: 'pages/order/index?id=1',
            data: '{"keyword1":{"value":"退款成功"},"keyword2":{"value":"¥1280.50"}}',
          },
        },
      ],
    ]);
  });

  test.each([
    ['MSG_UNSUBSCRIBED', 'answered declined'],
    ['MSG_SINGLE_SD_OVER', 'answered declined'],
    ['NO_RECENT_VISIT_RECORD', 'answered declined'],
    ['SYSTEM_ERROR', 'unknown'],
    ['USER_TEMPLATE_ILLEGAL', 'refused'],
  ])('answered %s is %s', async (code, outcome) => {
    const messenger = createAlipayMessenger({
      call: () => Promise.reject(new GatewayError('alipay', 'refused', code, code)),
    });
    expect(await kindOf(messenger.send(notice(fields)))).toBe(outcome);
  });
});
