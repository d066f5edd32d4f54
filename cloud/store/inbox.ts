import { FLUSH_LATER, run, type Database } from './database';

export interface ReceivedNotification {
  readonly id: string;
  readonly gateway: string;
  /** The gateway's id of the notification, the same over all its sends. */
  readonly notificationId: string;
  /** As it came. */
  readonly body: string;
  readonly now: Date;
}

const RECEIVE = `
  with received as (
    insert into inbox (id, gateway, notification_id, body, received_at) values ($1, $2, $3, $4, $5)
      on conflict (gateway, notification_id) do nothing
      returning id
  )
  select id, ${FLUSH_LATER} from received`;

/** Keeps a verified notification by its gateway's id, before it is applied. */
export async function receiveNotification(
  db: Database,
  notification: ReceivedNotification,
): Promise<'new' | 'duplicate_unapplied' | 'duplicate_applied'> {
  const { id, gateway, notificationId, body, now } = notification;
  // What it changes is on the disk after it; until then the gateway has no answer and sends it again.
  const received = await run(db, RECEIVE, [id, gateway, notificationId, body, now]);
  if (received.length > 0) return 'new';
  const { appliedAt } = await db
    .selectFrom('inbox')
    .select('appliedAt')
    .where('gateway', '=', notification.gateway)
    .where('notificationId', '=', notification.notificationId)
    .executeTakeFirstOrThrow();
  return appliedAt === null ? 'duplicate_unapplied' : 'duplicate_applied';
}

/**
 * A common table expression that keeps notifications as applied, with parameters from `$first` on: for the statement of
 * their effect. Whoever sends the same ones at the same time is to be held back by a lock that the statement takes first.
 */
export const receivedApplied = (first: number): string => `received as (
    insert into inbox (id, gateway, notification_id, body, received_at, applied_at)
      select distinct on (gateway, notification_id) id, gateway, notification_id, body, received_at, received_at
        from unnest($${first}::uuid[], $${first + 1}::text[], $${first + 2}::text[], $${first + 3}::text[],
          $${first + 4}::timestamptz[]) as notification (id, gateway, notification_id, body, received_at)
      on conflict (gateway, notification_id) do update
        set applied_at = coalesce(inbox.applied_at, excluded.applied_at)
  )`;

export const receivedParameters = (received: readonly ReceivedNotification[]): readonly unknown[] => [
  received.map(({ id }) => id),
  received.map(({ gateway }) => gateway),
  received.map(({ notificationId }) => notificationId),
  received.map(({ body }) => body),
  received.map(({ now }) => now),
];

const MARK = `
  with marked as (
    update inbox set applied_at = $3 where gateway = $1 and notification_id = $2 and applied_at is null returning id
  )
  select id, ${FLUSH_LATER} from marked`;

/** Marks a notification whose effect is recorded. Not waited for on the disk: applied again it changes nothing. */
export async function markNotificationApplied(
  db: Database,
  mark: { readonly gateway: string; readonly notificationId: string; readonly now: Date },
): Promise<void> {
  await run(db, MARK, [mark.gateway, mark.notificationId, mark.now]);
}
