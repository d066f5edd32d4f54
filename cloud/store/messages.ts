import type { MessageKind } from '../contract/types';
import { pageOf, readCursor, type Page } from './cursor';
import type { Database } from './database';

/** Something a user is told inside the app. */
export interface MessageRow {
  readonly id: string;
  readonly kind: MessageKind;
  /** The order that it tells of, and its money; null for messages of points. */
  readonly orderId: string | null;
  readonly merchantName: string | null;
  readonly amountFen: number | null;
  readonly points: number | null;
  readonly createdAt: Date;
}

/** Keeps a message; an event gives one, however often it is delivered. */
export async function addMessage(
  db: Database,
  message: {
    readonly id: string;
    readonly eventId: string;
    readonly accountId: string;
    readonly kind: MessageKind;
    readonly orderId: string | null;
    readonly merchantId: string | null;
    readonly amountFen: number | null;
    readonly points: number | null;
    /** When that happened which it tells of. */
    readonly createdAt: Date;
  },
): Promise<void> {
  await db
    .insertInto('messages')
    .values(message)
    .onConflict((conflict) => conflict.column('eventId').doNothing())
    .execute();
}

/** What an account was told, the newest first. Throws InvalidCursor. */
export async function listMessages(
  db: Database,
  question: { readonly accountId: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<MessageRow>> {
  let rows = db
    .selectFrom('messages')
    .leftJoin('merchants', 'merchants.id', 'messages.merchantId')
    .select([
      'messages.id',
      'messages.kind',
      'messages.orderId',
      'merchants.name as merchantName',
      'messages.amountFen',
      'messages.points',
      'messages.createdAt',
    ])
    .where('messages.accountId', '=', question.accountId)
    .orderBy('messages.id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('messages.id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}
