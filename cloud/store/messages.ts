import { sql } from 'kysely';

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

/**
 * Keeps a message; an event gives one, however often it is delivered. Nobody reads those of an account that is deleted;
 * those of one that was joined into another are that one's.
 */
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
  const { accountId, orderId, merchantId, amountFen, points } = message;
  await sql`
    insert into messages (id, account_id, event_id, kind, order_id, merchant_id, amount_fen, points, created_at)
      select ${message.id}, coalesce(joined_into, id), ${message.eventId}, ${message.kind}, ${orderId}, ${merchantId}, ${amountFen}, ${points},
          ${message.createdAt}
        from accounts where id = ${accountId} and deleted_at is null
      on conflict (event_id) do nothing`.execute(db);
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
