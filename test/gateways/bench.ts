import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAlipay, createAlipayClient, type AlipayOptions } from '../../cloud/gateways/alipay';
import { createAlipayLogin } from '../../cloud/gateways/hosts/alipay';
import { createWeappLogin } from '../../cloud/gateways/hosts/weapp';
import type {
  GatewayName,
  HostLogin,
  PaymentGateway,
  PaymentInvocation,
  PaymentRequest,
  RawNotification,
} from '../../cloud/gateways/port';
import { createWeChatPay, type WeChatPayOptions } from '../../cloud/gateways/wechatpay';
import { startSandbox } from '../../cloud/sandbox';

export type Mode = 'public key' | 'certificate';
export const SETUPS: readonly (readonly [GatewayName, Mode])[] = [
  ['wechatpay', 'public key'],
  ['wechatpay', 'certificate'],
  ['alipay', 'public key'],
  ['alipay', 'certificate'],
];

export const HOST_OF = { wechatpay: 'weapp', alipay: 'alipay' } as const;

/** How long the adapters of the bench wait for an answer, in ms. */
export const TIMEOUT_MS = 500;

export interface Caught extends RawNotification {
  readonly headers: Readonly<Record<string, string>>;
}

/** The sandbox, the adapters pointed at it, and a merchant's endpoint that keeps what it is told byte for byte. */
export async function startBench() {
  const caught = new Map<string, Caught[]>();
  const merchant = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      caught.get(request.url ?? '')?.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
      response.end('success');
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  const notifyBaseUrl = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}`;
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', notifyTimeScale: 0.001 });
  const { wechatpay, wechat, alipay } = sandbox.credentials;
  const now = () => new Date();

  function wechatPay(mode: Mode, changes: Partial<WeChatPayOptions> = {}): PaymentGateway {
    return createWeChatPay({
      ...wechatpay,
      appId: wechat.appId,
      publicKey: mode === 'public key' ? { id: wechatpay.publicKeyId, pem: wechatpay.publicKey } : undefined,
      notifyUrl: notifyBaseUrl,
      timeoutMs: TIMEOUT_MS,
      now,
      randomBytes,
      ...changes,
    });
  }

  function alipayOptions(mode: Mode): AlipayOptions {
    const { alipayPublicKey, appCert, alipayPublicCert, alipayRootCert, ...rest } = alipay;
    return {
      ...rest,
      verification:
        mode === 'public key'
          ? { mode: 'public_key', alipayPublicKey }
          : { mode: 'certificate', appCert, alipayPublicCert, alipayRootCert },
      notifyUrl: notifyBaseUrl,
      timeoutMs: TIMEOUT_MS,
      now,
    };
  }
  const alipayGateway = (mode: Mode, changes: Partial<AlipayOptions> = {}): PaymentGateway =>
    createAlipay({ ...alipayOptions(mode), ...changes });

  async function control(
    path: string,
    body?: object,
    method = 'POST',
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${sandbox.url}/control/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }

  const login = (name: GatewayName, mode: Mode): HostLogin =>
    name === 'wechatpay'
      ? createWeappLogin(wechat)
      : createAlipayLogin(createAlipayClient(alipayOptions(mode)));

  async function loginCode(name: GatewayName, user: string): Promise<string> {
    const { body } = await control('login-codes', { host: HOST_OF[name], user });
    return String(body.code);
  }

  async function openId(name: GatewayName, user = 'alice'): Promise<string> {
    return (await login(name, 'public key').exchange(await loginCode(name, user))).openId;
  }

  return {
    credentials: sandbox.credentials,
    control,
    login,
    loginCode,
    wechatPay,
    alipay: alipayGateway,
    gateway: (name: GatewayName, mode: Mode, changes: { notifyUrl?: string } = {}) =>
      name === 'wechatpay' ? wechatPay(mode, changes) : alipayGateway(mode, changes),
    openId,

    /** A payment request nobody made before, of alice's. */
    async request(name: GatewayName, changes: Partial<PaymentRequest> = {}): Promise<PaymentRequest> {
      return {
        outTradeNo: randomUUID().replaceAll('-', ''),
        description: '茶铺 "二楼" & 1+1',
        totalFen: 8888,
        expiresAt: new Date(Date.now() + 15 * 60_000),
        payerOpenId: await openId(name),
        ...changes,
      };
    },

    /** Opens the host's payment window with what the adapter made, and decides; what the native API calls back with. */
    async window(invocation: PaymentInvocation, action = 'pay', user = 'alice'): Promise<unknown> {
      if (invocation.kind === 'code') throw new Error('a code opens no window');
      const { kind, ...params } = invocation;
      const host = kind === 'wechat' ? 'weapp' : 'alipay';
      const opened = await control('window', { host, params, user });
      if (opened.status !== 200) throw new Error(`no window: ${JSON.stringify(opened.body)}`);
      const decided = await control(`window/${String(opened.body.windowId)}/decide`, {
        action,
        password: '123456',
      });
      return decided.body.result;
    },

    fault: (gateway: GatewayName | 'wechat', operation: string, kind: string, delayMs?: number) =>
      control('faults', { gateway, operation, fault: { kind, times: 1, ...(delayMs && { delayMs }) } }),

    /** An address of its own to be notified at, so that nothing meant for others comes there. */
    inbox() {
      const path = `/${randomUUID()}`;
      const received: Caught[] = [];
      caught.set(path, received);
      return {
        notifyUrl: notifyBaseUrl + path,
        /** Waits until so many notifications have come. */
        async received(count: number): Promise<readonly Caught[]> {
          const giveUpAtMs = performance.now() + 5_000;
          while (received.length < count && performance.now() < giveUpAtMs) {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          return received;
        },
      };
    },

    async close(): Promise<void> {
      await sandbox.close();
      merchant.closeAllConnections();
      await new Promise((resolve) => merchant.close(resolve));
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;
