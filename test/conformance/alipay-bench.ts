import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { startSandbox } from '../../cloud/sandbox';
import { OpensslAlipayClient } from './alipay-openssl-client';

/** One notification as a merchant's server receives it. */
export interface ReceivedNotification {
  readonly contentType: string;
  readonly form: string;
  readonly receivedAtMs: number;
}

export interface TradePayResult {
  readonly ok: boolean;
  readonly resultCode: string;
}

/** A sandbox, a client of its own kind, a user and a merchant's notification endpoint. */
export interface AlipayBench {
  readonly credentials: Awaited<ReturnType<typeof startSandbox>>['credentials']['alipay'];
  readonly client: OpensslAlipayClient;
  readonly url: string;
  readonly notifyUrl: string;
  readonly notifications: ReceivedNotification[];
  /** What the merchant answers next; `success` where empty. */
  readonly answers: string[];
  control(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  loginCode(user: string): Promise<string>;
  openId(user: string): Promise<string>;
  /** Creates a trade of alice's. */
  create(outTradeNo: string, terms?: Record<string, unknown>): ReturnType<OpensslAlipayClient['call']>;
  openWindow(tradeNO: unknown, user?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  decide(windowId: unknown, action: string, password?: string): Promise<TradePayResult>;
  /** Creates and pays a trade of alice's; its `trade_no`. */
  pay(outTradeNo: string, totalYuan?: string): Promise<string>;
  fault(operation: string, fault: { kind: string; times?: number; delayMs?: number }): Promise<void>;
  /** Waits until so many notifications of a trade have come. */
  received(outTradeNo: string, count: number): Promise<ReceivedNotification[]>;
  close(): Promise<void>;
}

const WAIT_MAX_MS = 5_000;

/** Starts everything on free ports. `notifyTimeScale` shortens the gaps between sends. */
export async function startAlipayBench(notifyTimeScale: number): Promise<AlipayBench> {
  const notifications: ReceivedNotification[] = [];
  const answers: string[] = [];
  const merchant = createServer((request, response) => {
    let form = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (form += chunk));
    request.on('end', () => {
      const contentType = request.headers['content-type'] ?? '';
      notifications.push({ contentType, form, receivedAtMs: performance.now() });
      response.end(answers.shift() ?? 'success');
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', notifyTimeScale });
  const { alipay: credentials } = sandbox.credentials;
  const notifyUrl = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/notify`;
  const client = new OpensslAlipayClient({
    baseUrl: sandbox.url,
    appId: credentials.appId,
    appPrivateKey: credentials.appPrivateKey,
    alipayPublicKey: credentials.alipayPublicKey,
  });

  const bench: AlipayBench = {
    credentials,
    client,
    url: sandbox.url,
    notifyUrl,
    notifications,
    answers,
    async control(method, path, body) {
      const response = await fetch(`${sandbox.url}/control/${path}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    async loginCode(user) {
      const { body } = await bench.control('POST', 'login-codes', { host: 'alipay', user });
      return body.code as string;
    },
    async openId(user) {
      const form = { grant_type: 'authorization_code', code: await bench.loginCode(user) };
      const { body } = await client.call('alipay.system.oauth.token', undefined, { form });
      return body.open_id as string;
    },
    async create(outTradeNo, terms = {}) {
      const biz = {
        out_trade_no: outTradeNo,
        total_amount: '88.88',
        subject: '钱包充值 1+1',
        product_code: 'JSAPI_PAY',
        op_app_id: credentials.appId,
        buyer_open_id: terms.buyer_open_id ?? (await bench.openId('alice')),
        ...terms,
      };
      return client.call('alipay.trade.create', biz, { system: { notify_url: notifyUrl } });
    },
    openWindow: (tradeNO, user = 'alice') =>
      bench.control('POST', 'window', { host: 'alipay', params: { tradeNO }, user }),
    async decide(windowId, action, password = '123456') {
      const { body } = await bench.control('POST', `window/${String(windowId)}/decide`, { action, password });
      return body.result as TradePayResult;
    },
    async pay(outTradeNo, totalYuan = '88.88') {
      const created = await bench.create(outTradeNo, { total_amount: totalYuan });
      const { body } = await bench.openWindow(created.body.trade_no);
      await bench.decide(body.windowId, 'pay');
      return created.body.trade_no as string;
    },
    async fault(operation, fault) {
      const { status } = await bench.control('POST', 'faults', { gateway: 'alipay', operation, fault });
      if (status >= 300) throw new Error(`The sandbox refused the fault: ${status}`);
    },
    async received(outTradeNo, count) {
      const giveUpAtMs = performance.now() + WAIT_MAX_MS;
      const found = (): ReceivedNotification[] =>
        notifications.filter(({ form }) => new URLSearchParams(form).get('out_trade_no') === outTradeNo);
      while (found().length < count && performance.now() < giveUpAtMs) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return found();
    },
    async close() {
      client.close();
      await sandbox.close();
      merchant.closeAllConnections();
      await new Promise((resolve) => merchant.close(resolve));
    },
  };
  return bench;
}
