import { sql } from 'kysely';

import type { Host } from '../../contract/types';
import type { Database } from '../database';

/** A device on which an account is signed in: the newest of its sessions stands for it. */
export interface DeviceRow {
  readonly sessionId: string;
  /** Whether it is the one of the session that asks. */
  readonly current: boolean;
  /** The host that it was used in last. */
  readonly host: Host;
  readonly name: string | null;
  readonly network: string | null;
  /** When the account was first signed in on it, sessions that are over included. */
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Devices that are told of; one who has more sees those used last. */
const DEVICES_MAX = 50;

/** How a device stands with an account that is about to sign in on it. */
export interface DeviceStanding {
  /** Whether the account was ever signed in, anywhere. */
  readonly first: boolean;
  /** Whether it was ever signed in here. */
  readonly known: boolean;
  /** Whether it still is, or was until its session ran out. */
  readonly signedIn: boolean;
}

export async function deviceStanding(
  db: Database,
  question: { readonly accountId: string; readonly deviceId: string },
): Promise<DeviceStanding> {
  const here = sql<boolean>`device_id = ${question.deviceId}`;
  return db
    .selectFrom('sessions')
    .where('accountId', '=', question.accountId)
    .select([
      sql<boolean>`count(*) = 0`.as('first'),
      sql<boolean>`coalesce(bool_or(${here}), false)`.as('known'),
      sql<boolean>`coalesce(bool_or(${here} and revoked_at is null), false)`.as('signedIn'),
    ])
    .executeTakeFirstOrThrow();
}

/** The devices on which an account is signed in, the one of `sessionId` first, then those used last. */
export async function listDevices(
  db: Database,
  question: { readonly accountId: string; readonly sessionId: string; readonly now: Date },
): Promise<readonly DeviceRow[]> {
  const { accountId, sessionId, now } = question;
  const { rows } = await sql<DeviceRow>`
    with seen as (
      select *, coalesce(last_seen_at, created_at) as seen_at,
             revoked_at is null and expires_at > ${now}::timestamptz as active
        from sessions where account_id = ${accountId})
    select (array_agg(id order by seen_at desc, id desc) filter (where active))[1] as session_id,
           bool_or(active and id = ${sessionId}) as current,
           (array_agg(host order by seen_at desc, id desc) filter (where active))[1] as host,
           (array_agg(device_name order by seen_at desc) filter (where device_name is not null))[1] as name,
           (array_agg(network order by seen_at desc) filter (where network is not null))[1] as network,
           min(created_at) as first_seen_at,
           max(seen_at) as last_seen_at
      from seen group by device_id having bool_or(active)
     order by current desc, last_seen_at desc limit ${DEVICES_MAX}`.execute(db);
  return rows;
}

/**
 * Signs a device out that one of the account's sessions names, in all its sessions; false where it is not signed in or not
 * the account's.
 */
export async function signDeviceOut(
  db: Database,
  device: { readonly accountId: string; readonly sessionId: string; readonly now: Date },
): Promise<boolean> {
  const ended = await db
    .updateTable('sessions')
    .set({ revokedAt: device.now })
    .where('accountId', '=', device.accountId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', device.now)
    .where('deviceId', '=', (eb) =>
      eb
        .selectFrom('sessions as named')
        .select('named.deviceId')
        .where('named.id', '=', device.sessionId)
        .where('named.accountId', '=', device.accountId),
    )
    .returning('id')
    .execute();
  return ended.length > 0;
}

/** Ends every session of an account but one; how many. */
export async function endOtherSessions(
  db: Database,
  kept: { readonly accountId: string; readonly sessionId: string; readonly now: Date },
): Promise<number> {
  const ended = await db
    .updateTable('sessions')
    .set({ revokedAt: kept.now })
    .where('accountId', '=', kept.accountId)
    .where('id', '<>', kept.sessionId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', kept.now)
    .returning('id')
    .execute();
  return ended.length;
}

/** Ends every session of an account, the one that asks included. */
export async function endSessions(
  db: Database,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: now })
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .execute();
}
