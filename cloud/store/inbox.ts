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
