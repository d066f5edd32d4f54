import { flushedLater, type Database } from './database';

export interface ReceivedNotification {
  readonly id: string;
  readonly gateway: string;
  /** The gateway's id of the notification, the same over all its sends. */
  readonly notificationId: string;
  /** As it came. */
  readonly body: string;
  readonly now: Date;
}

/** Keeps a verified notification by its gateway's id, before it is applied. */
export async function receiveNotification(
  db: Database,
  notification: ReceivedNotification,
): Promise<'new' | 'duplicate_unapplied' | 'duplicate_applied'> {
  const { now, ...columns } = notification;
  // What it changes is on the disk after it; until then the gateway has no answer and sends it again.
  const received = db
    .insertInto('inbox')
    .values({ ...columns, receivedAt: now })
    .onConflict((conflict) => conflict.columns(['gateway', 'notificationId']).doNothing())
    .returning('id');
  if ((await flushedLater(db, received)) !== undefined) return 'new';
  const { appliedAt } = await db
    .selectFrom('inbox')
    .select('appliedAt')
    .where('gateway', '=', notification.gateway)
    .where('notificationId', '=', notification.notificationId)
    .executeTakeFirstOrThrow();
  return appliedAt === null ? 'duplicate_unapplied' : 'duplicate_applied';
}

/** Marks a notification whose effect is recorded. */
export async function markNotificationApplied(
  db: Database,
  mark: { readonly gateway: string; readonly notificationId: string; readonly now: Date },
): Promise<void> {
  const marked = db
    .updateTable('inbox')
    .set({ appliedAt: mark.now })
    .where('gateway', '=', mark.gateway)
    .where('notificationId', '=', mark.notificationId)
    .where('appliedAt', 'is', null)
    .returning('id');
  // Applied again it changes nothing.
  await flushedLater(db, marked);
}
