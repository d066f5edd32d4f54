import { sql } from 'kysely';

import { BIOMETRIC_TRIES_MAX } from '../../domain';
import type { Database } from '../database';

/** Biometrics as turned on for one device of an account. */
export interface BiometricRow {
  /** Digest of what names the key in the phone's secure chip; null where the host does not tell. */
  readonly keyId: string | null;
  /** How often that key had signed when it was last seen. */
  readonly counter: number | null;
  /** Proofs refused since the last right one, or the last right PIN. */
  readonly tries: number;
  readonly setAt: Date;
}

/** The device of one of an account's sessions. */
interface OnDevice {
  readonly accountId: string;
  readonly sessionId: string;
}

const COLUMNS = ['keyId', 'counter', 'tries', 'setAt'] as const;

/** Holds for the row of a session's device, unless it was signed out there since: that turns it off. */
const isOn = (sessionId: string) => sql<boolean>`
  exists (
    select from sessions
      where sessions.id = ${sessionId} and sessions.account_id = biometrics.account_id
        and sessions.device_id = biometrics.device_id)
  and not exists (
    select from sessions
      where sessions.account_id = biometrics.account_id and sessions.device_id = biometrics.device_id
        and sessions.revoked_at >= biometrics.set_at)`;

/** How biometrics stand on a session's device; undefined where they are off. */
export async function getBiometric(
  db: Database,
  { accountId, sessionId }: OnDevice,
): Promise<BiometricRow | undefined> {
  return db
    .selectFrom('biometrics')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .where(isOn(sessionId))
    .executeTakeFirst();
}

/** Turns biometrics on for a session's device, in the place of what was there. False where there is no such session. */
export async function putBiometric(
  db: Database,
  put: OnDevice & { readonly keyId: string | null; readonly counter: number | null; readonly now: Date },
): Promise<boolean> {
  const { accountId, sessionId, keyId, counter, now } = put;
  const rows = await db
    .insertInto('biometrics')
    .columns(['accountId', 'deviceId', 'keyId', 'counter', 'setAt'])
    .expression((eb) =>
      eb
        .selectFrom('sessions')
        .select([
          'accountId',
          'deviceId',
          sql<string | null>`${keyId}::text`.as('keyId'),
          sql<number | null>`${counter}::bigint`.as('counter'),
          sql<Date>`${now}::timestamptz`.as('setAt'),
        ])
        .where('accountId', '=', accountId)
        .where('id', '=', sessionId)
        .where('revokedAt', 'is', null),
    )
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'deviceId']).doUpdateSet({ keyId, counter, setAt: now, tries: 0 }),
    )
    .returning('deviceId')
    .execute();
  return rows.length > 0;
}

/** Turns biometrics off on a session's device; false where they are off. */
export async function removeBiometric(db: Database, { accountId, sessionId }: OnDevice): Promise<boolean> {
  const rows = await db
    .deleteFrom('biometrics')
    .where('accountId', '=', accountId)
    .where(isOn(sessionId))
    .returning('deviceId')
    .execute();
  return rows.length > 0;
}

/** Turns biometrics off on every device of an account; whether they were on anywhere. */
export async function removeBiometrics(db: Database, accountId: string): Promise<boolean> {
  const rows = await db
    .deleteFrom('biometrics')
    .where('accountId', '=', accountId)
    .returning('deviceId')
    .execute();
  return rows.length > 0;
}

/** Counts a try before a proof is looked at; undefined where biometrics are off or stopped. */
export async function claimBiometricTry(
  db: Database,
  { accountId, sessionId }: OnDevice,
): Promise<BiometricRow | undefined> {
  return db
    .updateTable('biometrics')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('accountId', '=', accountId)
    .where('tries', '<', BIOMETRIC_TRIES_MAX)
    .where(isOn(sessionId))
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Takes one try back that nobody could look at. */
export async function returnBiometricTry(db: Database, { accountId, sessionId }: OnDevice): Promise<void> {
  await db
    .updateTable('biometrics')
    .set((eb) => ({ tries: eb('tries', '-', 1) }))
    .where('accountId', '=', accountId)
    .where('tries', '>', 0)
    .where(isOn(sessionId))
    .execute();
}

/**
 * Takes a proof that the host confirmed, and the tries back; false where it is of another key than the one that was turned
 * on, or that key has been seen to sign as often before: then somebody made a copy.
 */
export async function acceptBiometric(
  db: Database,
  proof: OnDevice & { readonly keyId: string | null; readonly counter: number | null },
): Promise<boolean> {
  const { accountId, sessionId, keyId, counter } = proof;
  const rows = await db
    .updateTable('biometrics')
    .set({ counter, tries: 0 })
    .where('accountId', '=', accountId)
    .where(isOn(sessionId))
    .where(sql<boolean>`key_id is not distinct from ${keyId}::text`)
    .where(sql<boolean>`(counter is null or counter < ${counter}::bigint)`)
    .returning('deviceId')
    .execute();
  return rows.length > 0;
}

/** Keeps what a device is to sign for a challenge, in the place of what was asked before. */
export async function issueBiometricNonce(
  db: Database,
  issued: OnDevice & { readonly challengeId: string; readonly nonce: string; readonly expiresAt: Date },
): Promise<void> {
  const { nonce, expiresAt } = issued;
  await db
    .insertInto('biometricNonces')
    .values(issued)
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'challengeId']).doUpdateSet({ nonce, expiresAt }),
    )
    .execute();
}

/** Takes it away, which only one caller can; undefined where there is none, it ran out or is another session's. */
export async function takeBiometricNonce(
  db: Database,
  question: OnDevice & { readonly challengeId: string; readonly now: Date },
): Promise<string | undefined> {
  const taken = await db
    .deleteFrom('biometricNonces')
    .where('accountId', '=', question.accountId)
    .where('challengeId', '=', question.challengeId)
    .where('sessionId', '=', question.sessionId)
    .where('expiresAt', '>', question.now)
    .returning('nonce')
    .executeTakeFirst();
  return taken?.nonce;
}
