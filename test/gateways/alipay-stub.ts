import { sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { newPemPair } from './keys';

export const app = newPemPair();
export const alipay = newPemPair();
export const APP_ID = '2021000000000001';

export const signed = (text: string) =>
  sign('RSA-SHA256', Buffer.from(text), alipay.privateKey).toString('base64');

/** A reply as Alipay writes it: the signature covers the root's value as written, slashes escaped. */
export function reply(
  method: string,
  body: object,
  root = `${method.replaceAll('.', '_')}_response`,
): string {
  const text = JSON.stringify(body).replaceAll('/', '\\/');
  return `{"${root}":${text},"sign":"${signed(text)}"}`;
}

export const failing = (code: string, subCode: string) => ({
  code,
  msg: 'Failed',
  sub_code: subCode,
  sub_msg: '说明',
});

export interface Asked {
  readonly method: string;
  readonly notifyUrl: string | null;
  readonly biz: Record<string, unknown>;
}

/** A gateway that replies what the test tells it to, to each method. */
export async function startStub() {
  const asked: Asked[] = [];
  const texts = new Map<string, string>();
  const state = { status: 200 };
  const server = createServer((request, response) => {
    let form = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (form += chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '', 'http://stub').searchParams;
      const method = query.get('method') ?? '';
      const biz = JSON.parse(new URLSearchParams(form).get('biz_content') ?? '{}') as Asked['biz'];
      asked.push({ method, notifyUrl: query.get('notify_url'), biz });
      const text = texts.get(method);
      if (text === undefined) return void request.socket.destroy();
      response.writeHead(state.status, { 'content-type': 'text/html;charset=utf-8' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    baseUrl,
    on: (method: string, body: object) => void texts.set(method, reply(method, body)),
    onText: (method: string, text: string) => void texts.set(method, text),
    answerWithStatus: (status: number) => void (state.status = status),
    /** How a client is pointed here. */
    clientOptions: {
      appId: APP_ID,
      appPrivateKey: app.privateKey,
      baseUrl,
      verification: { mode: 'public_key', alipayPublicKey: alipay.publicKey } as const,
      timeoutMs: 1_000,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
