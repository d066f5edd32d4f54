import { randomUUID } from 'node:crypto';

import type { DeviceList, Problem, SecurityEventList, Session } from '../../cloud/contract/types';
import { control, type Answer } from '../support/client';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ environment: { PROXY_HOPS: '1' } });
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

interface Place {
  readonly device: string;
  readonly name?: string;
  readonly address?: string;
}

async function send<Body>(
  token: string | undefined,
  method: string,
  path: string,
  body?: object,
  address?: string,
): Promise<Answer<Body & Problem>> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method,
    headers: {
      'idempotency-key': randomUUID(),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(address !== undefined && { 'x-forwarded-for': address }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body & Problem,
  };
}

async function signIn(user: string, place: Place): Promise<Session> {
  const { code } = await control(stack, 'login-codes', { host: 'weapp', user });
  const body = {
    host: 'weapp',
    code,
    deviceId: `${place.device}-of-${user}`,
    ...(place.name !== undefined && { deviceName: place.name }),
  };
  const answer = await send<Session>(undefined, 'POST', '/v1/sessions', body, place.address);
  expect(answer.status).toBe(201);
  return answer.body;
}
const refresh = (session: Session, address?: string): Promise<Answer<Session & Problem>> =>
  send(undefined, 'POST', '/v1/sessions/refresh', { refreshToken: session.refreshToken }, address);
const devices = async (session: Session): Promise<DeviceList['items']> =>
  (await send<DeviceList>(session.accessToken, 'GET', '/v1/security/devices')).body.items;
const kinds = async (session: Session): Promise<readonly string[]> =>
  (await send<SecurityEventList>(session.accessToken, 'GET', '/v1/security/events')).body.items.map(
    ({ kind }) => kind,
  );
const works = async (session: Session): Promise<boolean> =>
  (await send(session.accessToken, 'GET', '/v1/me')).status === 200;
const newUser = (): string => `user-${randomUUID().slice(0, 8)}`;

test('each device is listed once, this one first, with its model and a network nobody can be found by', async () => {
  const user = newUser();
  await signIn(user, { device: 'phone', name: 'iPhone 15', address: '203.0.113.7' });
  const again = await signIn(user, { device: 'phone', name: 'iPhone 15', address: '203.0.113.8' });
  await signIn(user, { device: 'tablet', address: '2001:db8:1:2::9' });
  const listed = await devices(again);
  expect(listed).toHaveLength(2);
  expect(listed[0]).toMatchObject({
    current: true,
    host: 'weapp',
    name: 'iPhone 15',
    network: '203.0.113.*',
  });
  expect(listed[1]).toMatchObject({ current: false, name: null, network: '2001:db8:1:*' });
  expect(Date.parse(listed[0]?.firstSeenAt ?? '')).toBeLessThanOrEqual(
    Date.parse(listed[0]?.lastSeenAt ?? ''),
  );
  const moved = (await refresh(again, '198.51.100.4')).body;
  expect((await devices(moved))[0]).toMatchObject({ name: 'iPhone 15', network: '198.51.100.*' });
});

test('a device is signed out in all its sessions, and nothing else is', async () => {
  const user = newUser();
  const here = await signIn(user, { device: 'phone' });
  const lost = [await signIn(user, { device: 'lost' }), await signIn(user, { device: 'lost' })];
  const stranger = await signIn(newUser(), { device: 'other' });
  const named = (await devices(here)).find(({ current }) => !current)?.sessionId ?? '';
  const out = (by: Session, sessionId: string) =>
    send(by.accessToken, 'DELETE', `/v1/security/devices/${sessionId}`);
  expect((await out(stranger, named)).body.code).toBe('device_not_found');
  expect(await works(lost[0] ?? here)).toBe(true);
  expect((await out(here, named)).status).toBe(204);
  for (const session of lost) {
    expect(await works(session)).toBe(false);
    expect((await refresh(session)).body.code).toBe('refresh_token_invalid');
  }
  expect(await works(here)).toBe(true);
  expect(await devices(here)).toHaveLength(1);
  expect((await out(here, named)).body.code).toBe('device_not_found');
  // Whoever holds the phone can sign in again, and the owner is told.
  await signIn(user, { device: 'lost' });
  expect(await kinds(here)).toEqual(['signed_in', 'device_signed_out', 'device_added']);
});

test('all others are signed out at once', async () => {
  const user = newUser();
  const others = [await signIn(user, { device: 'one' }), await signIn(user, { device: 'two' })];
  const here = await signIn(user, { device: 'here' });
  const stranger = await signIn(newUser(), { device: 'other' });
  const out = () => send<DeviceList>(here.accessToken, 'POST', '/v1/security/devices/sign-out-others', {});
  expect((await out()).body.items.map(({ current }) => current)).toEqual([true]);
  expect(await Promise.all([...others, here, stranger].map(works))).toEqual([false, false, true, true]);
  // Nothing is left to sign out, and nothing is told of it.
  expect((await out()).status).toBe(200);
  expect(await kinds(here)).toEqual(['others_signed_out', 'device_added', 'device_added']);
});

test('a refresh token that was exchanged, however long ago, ends its session when it comes back', async () => {
  const user = newUser();
  const stolen = await signIn(user, { device: 'phone' });
  let newest = stolen;
  for (let turn = 0; turn < 3; turn += 1) newest = (await refresh(newest)).body;
  expect(await works(newest)).toBe(true);
  expect((await refresh(stolen)).body.code).toBe('refresh_token_invalid');
  expect(await works(newest)).toBe(false);
  expect((await refresh(newest)).body.code).toBe('refresh_token_invalid');
  expect(stack.logs.some(({ event }) => event === 'refresh_token_reused')).toBe(true);
  expect((await kinds(await signIn(user, { device: 'phone' })))[1]).toBe('token_reused');
});

test('a token that was never made ends nobody, whatever session it names', async () => {
  const session = await signIn(newUser(), { device: 'phone' });
  const bytes = Buffer.from(session.refreshToken, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
  const forged = { ...session, refreshToken: bytes.toString('base64url') };
  expect((await refresh(forged)).body.code).toBe('refresh_token_invalid');
  expect(await works(session)).toBe(true);
  expect((await refresh(session)).status).toBe(200);
});
