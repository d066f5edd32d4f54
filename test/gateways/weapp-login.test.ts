import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createWeappLogin } from '../../cloud/gateways/hosts/weapp';
import { LoginCodeRejected } from '../../cloud/gateways/port';

let server: Server;
let answer = { status: 200, text: '' };
let lastUrl = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    lastUrl = request.url ?? '';
    if (lastUrl === '/elsewhere') answer = { status: 200, text: '{"openid":"o-mallory"}' };
    response
      .writeHead(answer.status, { 'content-type': 'text/plain', location: '/elsewhere' })
      .end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function exchange(body: unknown, status = 200) {
  answer = { status, text: typeof body === 'string' ? body : JSON.stringify(body) };
  const apiBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createWeappLogin({ appId: 'wx1', appSecret: 'secret&1', apiBaseUrl }).exchange('code/1');
}

it('exchanges the code and keeps the session key to itself', async () => {
  await expect(exchange({ openid: 'o-alice', session_key: 'k', unionid: 'u-alice' })).resolves.toEqual({
    openId: 'o-alice',
    unionId: 'u-alice',
  });
  expect(lastUrl).toBe(
    '/sns/jscode2session?appid=wx1&secret=secret%261&js_code=code%2F1&grant_type=authorization_code',
  );
  await expect(exchange({ errcode: 0, openid: 'o-alice' })).resolves.toMatchObject({ unionId: undefined });
});

it.each([40029, 40163])('%i is a code the user must get anew', async (errcode) => {
  await expect(exchange({ errcode, errmsg: 'no' })).rejects.toThrow(LoginCodeRejected);
});

it.each([
  [-1, 'unknown'],
  [45011, 'unknown'],
  [40013, 'misconfigured'],
  [40125, 'misconfigured'],
  [40226, 'refused'],
])('%i is %s', async (errcode, kind) => {
  await expect(exchange({ errcode, errmsg: 'no' })).rejects.toMatchObject({
    name: 'GatewayError',
    gateway: 'wechatpay',
    kind,
    gatewayCode: String(errcode),
  });
});

it.each([
  ['an HTTP error', {}, 502],
  ['a redirect', {}, 302],
  ['a page', '<html>', 200],
  ['an answer that names nobody', { session_key: 'k' }, 200],
])('%s is unknown, and says nothing of the secret', async (_what, body, status) => {
  const error: unknown = await exchange(body, status).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'unknown' });
  expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('secret');
});
