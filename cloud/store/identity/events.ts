import type { Database } from '../database';
import { pageOf, readCursor, type Page } from '../cursor';
import { addEvent } from '../outbox';
import type { SecurityEventKind } from './tables';

export interface SecurityEventRow {
  readonly id: string;
  readonly kind: SecurityEventKind;
  readonly at: Date;
}

/** Records what happened to an account's security; `sessionId` where one of its sessions did it. */
export async function addSecurityEvent(
  db: Database,
  event: SecurityEventRow & { readonly accountId: string; readonly sessionId: string | null },
): Promise<void> {
  await db.insertInto('securityEvents').values(event).execute();
}

/** Records it and sends word of it, under the same id: `type` is the event's, `about` what it carries beside the account. */
export async function addToldSecurityEvent(
  db: Database,
  event: Parameters<typeof addSecurityEvent>[1],
  told: { readonly type: string; readonly about: Readonly<Record<string, string>> },
): Promise<void> {
  await addSecurityEvent(db, event);
  const { id, accountId, at } = event;
  await addEvent(db, { id, type: told.type, payload: { accountId, ...told.about }, now: at });
}

/** What happened to an account's security, newest first. Throws InvalidCursor. */
export async function listSecurityEvents(
  db: Database,
  question: { readonly accountId: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<SecurityEventRow>> {
  let rows = db
    .selectFrom('securityEvents')
    .select(['id', 'kind', 'at'])
    .where('accountId', '=', question.accountId)
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}
