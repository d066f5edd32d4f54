import type { Host } from '../contract/types';
import { inTransaction, run, type Database } from './database';

/** What people recognise a device by. */
interface SeenAt {
  readonly deviceName: string | undefined;
  readonly network: string | undefined;
}

/** Starts a session. Only the hash of its refresh token is kept. */
export async function createSession(
  db: Database,
  session: {
    readonly id: string;
    readonly accountId: string;
    readonly host: Host;
    readonly deviceId: string;
    readonly refreshTokenHash: string;
    readonly expiresAt: Date;
    readonly now: Date;
  } & Partial<SeenAt>,
): Promise<void> {
  const { now, ...columns } = session;
  await db
    .insertInto('sessions')
    .values({ ...columns, createdAt: now, lastSeenAt: now })
    .execute();
}

/** The device of a session; empty where it is unknown. */
export async function deviceOfSession(db: Database, sessionId: string): Promise<string> {
  const row = await db
    .selectFrom('sessions')
    .select('deviceId')
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return row?.deviceId ?? '';
}

export type Rotation =
  | {
      readonly outcome: 'rotated';
      readonly sessionId: string;
      readonly accountId: string;
      readonly host: Host;
    }
  | { readonly outcome: 'invalid' }
  /** A token that was exchanged before: somebody copied it. Its session is revoked. */
  | { readonly outcome: 'reused'; readonly sessionId: string; readonly accountId: string };

/**
 * Exchanges a refresh token, which works once. `madeFor` is the session that a genuine token was made for, whichever of its
 * tokens it is: one that is not the newest ends it. `next` makes the token that follows.
 */
export function rotateSession(
  db: Database,
  rotation: {
    readonly refreshTokenHash: string;
    readonly madeFor: string | undefined;
    readonly next: (sessionId: string) => { readonly hash: string; readonly expiresAt: Date };
    readonly network: string | undefined;
    readonly now: Date;
  },
): Promise<Rotation> {
  const { refreshTokenHash: hash, madeFor, now } = rotation;
  return inTransaction(db, async (transaction) => {
    const session = await transaction
      .selectFrom('sessions')
      .select(['id', 'accountId', 'host', 'refreshTokenHash', 'expiresAt', 'revokedAt'])
      .where((eb) =>
        madeFor === undefined
          ? eb.or([eb('refreshTokenHash', '=', hash), eb('previousTokenHash', '=', hash)])
          : eb('id', '=', madeFor),
      )
      .forUpdate()
      .executeTakeFirst();
    if (session === undefined || session.revokedAt !== null || session.expiresAt <= now) {
      return { outcome: 'invalid' };
    }
    if (session.refreshTokenHash !== hash) {
      await revokeSession(transaction, { sessionId: session.id, now });
      return { outcome: 'reused', sessionId: session.id, accountId: session.accountId };
    }
    const next = rotation.next(session.id);
    await transaction
      .updateTable('sessions')
      .set((eb) => ({
        refreshTokenHash: next.hash,
        previousTokenHash: hash,
        expiresAt: next.expiresAt,
        lastSeenAt: now,
        network: eb.fn.coalesce(eb.val(rotation.network ?? null), 'network'),
      }))
      .where('id', '=', session.id)
      .execute();
    const { id: sessionId, accountId, host } = session;
    return { outcome: 'rotated', sessionId, accountId, host };
  });
}

/** Ends a session at once. */
export async function revokeSession(
  db: Database,
  revocation: { readonly sessionId: string; readonly now: Date },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: revocation.now })
    .where('id', '=', revocation.sessionId)
    .where('revokedAt', 'is', null)
    .execute();
}

interface SessionQuestion {
  readonly sessionId: string;
  readonly now: Date;
}

/** A row where the session is active at an instant; both are expressions of SQL. */
export const activeSession = (id: string, now: string): string =>
  `select from sessions where id = ${id} and revoked_at is null and expires_at > ${now}`;

const IS_ACTIVE = `select exists (${activeSession('$1::uuid', '$2::timestamptz')}) as active`;

export async function isSessionActive(db: Database, { sessionId, now }: SessionQuestion): Promise<boolean> {
  const [row] = await run<{ active: boolean }>(db, IS_ACTIVE, [sessionId, now]);
  return row?.active === true;
}
