import { clientAddress } from '../../cloud/functions/http/address';
import { rateLimits, RateLimited } from '../../cloud/functions/http/rate-limits';
import { RATE_POLICIES } from '../../cloud/domain';
import { TestUser, control } from '../support/client';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

/** A hundredth of the standard: 10 requests of an account, 30 of an address, 3 sign-ins from one, 6 of an operator. */
const FACTOR = 0.01;
const burstOf = (kind: keyof typeof RATE_POLICIES): number => RATE_POLICIES[kind].burst * FACTOR;

let nowMs = Date.UTC(2026, 10, 24, 2);
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    environment: { RATE_LIMIT_FACTOR: `${FACTOR}`, PROXY_HOPS: '1' },
    parts: { now: () => new Date(nowMs) },
  });
});
afterAll(() => stack.close());
beforeEach(() => {
  // Every bucket is full again.
  nowMs += 600_000;
});

async function statuses(times: number, send: () => Promise<{ readonly status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let time = 0; time < times; time += 1) seen.push((await send()).status);
  return seen;
}

test('an account that asks too often is told to wait, and nobody else is', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const other = await TestUser.signIn(stack, 'alipay');
  const burst = burstOf('account');
  expect(await statuses(burst, () => user.send('/v1/me'))).toEqual(Array.from({ length: burst }, () => 200));
  const refused = await user.send('/v1/me', { language: 'en' });
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  expect(refused.body.detail).toBe('Too many requests. Please try again later.');
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect((await other.send('/v1/me')).status).toBe(200);
  nowMs += seconds * 1_000;
  expect((await user.send('/v1/me')).status).toBe(200);
});

test('an address that asks too often is told to wait, and its lies about other addresses change nothing', async () => {
  let lie = 0;
  const from = (address: string) =>
    fetch(`${stack.apiUrl}/v1/categories`, {
      headers: { 'x-forwarded-for': `9.9.9.${(lie += 1)}, ${address}` },
    });
  const burst = burstOf('address');
  const seen = await statuses(burst + 2, () => from('203.0.113.7'));
  expect(seen.filter((status) => status === 200)).toHaveLength(burst);
  expect(seen.slice(-2)).toEqual([429, 429]);
  expect((await from('203.0.113.8')).status).toBe(200);
  const health = await fetch(`${stack.apiUrl}/healthz`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(health.status).toBe(200);
  const notified = await fetch(`${stack.apiUrl}/v1/notify/alipay`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '203.0.113.7' },
    body: 'a=b',
  });
  expect(notified.status).not.toBe(429);
});

test('sign-ins from one address are few, whichever devices they name', async () => {
  const signIn = async (number: number) => {
    const { code } = await control(stack, 'login-codes', { host: 'weapp', user: `of-${nowMs}-${number}` });
    return fetch(`${stack.apiUrl}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: JSON.stringify({ host: 'weapp', code, deviceId: `device-number-${number}` }),
    });
  };
  let number = 0;
  expect(await statuses(burstOf('signInFromAddress') + 1, () => signIn((number += 1)))).toEqual([
    201, 201, 201, 429,
  ]);
});

test('sign-ins of one device are few', () => {
  const limits = rateLimits({ now: () => new Date(nowMs), factor: 1 });
  for (let time = 0; time < RATE_POLICIES.signInOfDevice.burst; time += 1)
    limits.count('signInOfDevice', 'device-1');
  expect(() => limits.count('signInOfDevice', 'device-1')).toThrow(RateLimited);
  limits.count('signInOfDevice', 'device-2');
});

test('an operator is limited as well', async () => {
  const alice = new TestOperator(stack);
  const seen = await statuses(burstOf('operator') + 1, () => alice.send('/v1/operator/refunds'));
  expect(seen).toEqual([200, 200, 200, 200, 200, 200, 429]);
});

test('what is remembered of strangers is bounded, and those heard of last are remembered', () => {
  const limits = rateLimits({ now: () => new Date(nowMs), factor: 0.001 });
  limits.count('account', 'first');
  expect(() => limits.count('account', 'first')).toThrow(RateLimited);
  for (let number = 0; number < 25_000; number += 1) limits.count('account', `account-${number}`);
  expect(() => limits.count('account', 'account-24999')).toThrow(RateLimited);
  expect(() => limits.count('account', 'first')).not.toThrow();
});

test.each<[string, string | undefined, string | undefined, number, string | undefined]>([
  ['the connection where there is no proxy', '198.51.100.4', '203.0.113.1', 0, '198.51.100.4'],
  ['what the one proxy saw', '10.0.0.1', '1.1.1.1, 203.0.113.1', 1, '203.0.113.1'],
  ['what the outer of two proxies saw', '10.0.0.1', '1.1.1.1, 203.0.113.1, 198.51.100.1', 2, '203.0.113.1'],
  ['nothing where a proxy is missing', '10.0.0.1', '203.0.113.1', 2, undefined],
  ['nothing where the proxy says nothing', '10.0.0.1', undefined, 1, undefined],
  ['nothing for an inner address', '::ffff:10.1.2.3', undefined, 0, undefined],
  ['nothing for this machine', '::1', undefined, 0, undefined],
  ['nothing for what is no address', '10.0.0.1', 'unknown', 1, undefined],
  ['IPv4 in IPv6 as IPv4', '::ffff:198.51.100.4', undefined, 0, '198.51.100.4'],
  ['the network of an IPv6 address', '2001:db8:0:1:aaaa::1', undefined, 0, '2001:db8:0:1'],
  ['the same network however it is written', '2001:0DB8::0001:aaaa:0:0:1', undefined, 0, '2001:db8:0:1'],
  ['a short IPv6 address', '2001:db8::1', undefined, 0, '2001:db8:0:0'],
])('the address of a client is %s', (_, peer, forwardedFor, hops, expected) => {
  expect(clientAddress({ peer, forwardedFor }, hops)).toBe(expected);
});
