import { BIOMETRIC_TRIES_MAX } from '../../cloud/domain/identity';
import { createSession, revokeSession } from '../../cloud/store';
import * as identity from '../../cloud/store/identity';
import { NOW, storeOfTests } from '../support/store';

import { v7 as uuidv7 } from 'uuid';

const tested = storeOfTests();
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** A session of the test's account on a device. */
async function session(deviceId = 'phone', now = NOW): Promise<{ accountId: string; sessionId: string }> {
  const { db, accountId } = tested;
  const sessionId = uuidv7();
  const expiresAt = later(86_400_000);
  await createSession(db, {
    id: sessionId,
    accountId,
    host: 'weapp',
    deviceId,
    refreshTokenHash: sessionId,
    expiresAt,
    now,
  });
  return { accountId, sessionId };
}

async function turnedOn(counter: number | null = 7) {
  const on = await session();
  const keyId = counter === null ? null : 'a key';
  expect(await identity.putBiometric(tested.db, { ...on, keyId, counter, now: NOW })).toBe(true);
  return { ...on, keyId };
}

test('a counter is taken once, however many copies come at one moment, and never goes back', async () => {
  const on = await turnedOn();
  const taken = await Promise.all(
    Array.from({ length: 20 }, () => identity.acceptBiometric(tested.db, { ...on, counter: 8 })),
  );
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await identity.acceptBiometric(tested.db, { ...on, counter: 7 })).toBe(false);
  expect(await identity.acceptBiometric(tested.db, { ...on, keyId: 'another key', counter: 9 })).toBe(false);
  expect(await identity.acceptBiometric(tested.db, { ...on, keyId: null, counter: null })).toBe(false);
  expect(await identity.acceptBiometric(tested.db, { ...on, counter: 9 })).toBe(true);
});

test('tries at one moment are no more than those there are; a right one gives them back', async () => {
  const on = await turnedOn(null);
  const claims = await Promise.all(
    Array.from({ length: 20 }, () => identity.claimBiometricTry(tested.db, on)),
  );
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(BIOMETRIC_TRIES_MAX);
  expect(await identity.acceptBiometric(tested.db, { ...on, counter: null })).toBe(true);
  expect(await identity.claimBiometricTry(tested.db, on)).toMatchObject({ tries: 1 });
  await identity.returnBiometricTry(tested.db, on);
  await identity.returnBiometricTry(tested.db, on);
  expect(await identity.getBiometric(tested.db, on)).toMatchObject({ tries: 0 });
});

test('it holds for every session of its device until one of them is signed out, and for no other device', async () => {
  const on = await turnedOn();
  const [second, elsewhere] = [await session(), await session('tablet')];
  expect(await identity.getBiometric(tested.db, second)).toBeDefined();
  expect(await identity.getBiometric(tested.db, elsewhere)).toBeUndefined();
  expect(await identity.removeBiometric(tested.db, elsewhere)).toBe(false);
  await revokeSession(tested.db, { sessionId: elsewhere.sessionId, now: later(1) });
  expect(await identity.getBiometric(tested.db, on)).toBeDefined();
  await revokeSession(tested.db, { sessionId: second.sessionId, now: later(1) });
  expect(await identity.getBiometric(tested.db, on)).toBeUndefined();
  expect(await identity.claimBiometricTry(tested.db, on)).toBeUndefined();
  expect(await identity.putBiometric(tested.db, { ...on, counter: 1, now: later(2) })).toBe(true);
  expect(await identity.getBiometric(tested.db, on)).toMatchObject({ counter: 1, tries: 0 });
  const gone = { ...second, keyId: null, counter: null, now: later(3) };
  expect(await identity.putBiometric(tested.db, gone)).toBe(false);
});

test('what is to be signed is taken once, by the session and for the challenge it was issued for', async () => {
  const { db } = tested;
  const on = await session();
  const challengeId = uuidv7();
  await identity.issueChallenge(db, {
    id: challengeId,
    ...on,
    action: 'export_data',
    subject: '',
    amountFen: null,
    required: 1,
    expiresAt: later(300_000),
    now: NOW,
  });
  const issue = (nonce: string) =>
    identity.issueBiometricNonce(db, { ...on, challengeId, nonce, expiresAt: later(1_000) });
  const take = (more: object = {}) =>
    identity.takeBiometricNonce(db, { ...on, challengeId, now: NOW, ...more });
  await issue('first');
  await issue('second');
  expect(await take({ sessionId: uuidv7() })).toBeUndefined();
  expect(await take({ now: later(1_000) })).toBeUndefined();
  const taken = await Promise.all(Array.from({ length: 20 }, () => take()));
  expect(taken.filter((nonce) => nonce !== undefined)).toEqual(['second']);
});
