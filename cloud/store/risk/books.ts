import { sql, type Selectable } from 'kysely';

import { decideApproval, type ApprovalRefusal } from '../../domain';
import type { BookContent } from '../../domain/risk';
import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import { isRehearsed } from '../rehearsals';
import { addRiskAudit } from './audit';
import { activateBook, wasInForce } from './book-activations';
import type { RiskBooksTable } from './tables';

export type RiskBookRow = Selectable<RiskBooksTable>;

/** An arbitrary number that whoever changes books locks, so that changes follow one another. */
const BOOKS_LOCK = 3_524_581;

type Refusal = ApprovalRefusal | 'not_found' | 'not_draft' | 'in_shadow' | 'never_in_force';

export type RiskBookChange =
  | { readonly outcome: 'done'; readonly book: RiskBookRow }
  | { readonly outcome: 'refused'; readonly code: `risk_book_${Refusal}` };

/** Who changes a book, why, and when. */
export interface RiskBookChanger {
  readonly operator: string;
  readonly note: string;
  readonly now: Date;
}

export function getRiskBook(db: Database, bookId: string): Promise<RiskBookRow | undefined> {
  return db.selectFrom('riskBooks').selectAll().where('id', '=', bookId).executeTakeFirst();
}

/** Books, newest first, without their rules. Throws InvalidCursor. */
export async function listRiskBooks(
  db: Database,
  question: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Omit<RiskBookRow, 'content'>>> {
  let rows = db
    .selectFrom('riskBooks')
    .select([
      'id',
      'version',
      'name',
      'state',
      'contentHash',
      'authors',
      'shadowSince',
      'createdAt',
      'updatedAt',
    ])
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** Begins a draft, under the next version. */
export function createRiskBook(
  db: Database,
  draft: RiskBookChanger & { readonly id: string; readonly name: string; readonly content: BookContent },
): Promise<RiskBookRow> {
  const { id, name, content, operator, now } = draft;
  return inTransaction(db, async (transaction) => {
    await lockBooks(transaction);
    const book = await transaction
      .insertInto('riskBooks')
      .values({
        id,
        name,
        version: sql<number>`(select coalesce(max(version), 0) + 1 from risk_books)`,
        state: 'draft',
        content: JSON.stringify(content),
        authors: [operator],
        shadowSince: null,
        createdAt: now,
        updatedAt: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit(transaction, draft, book, 'created');
    return book;
  });
}

/** Replaces a draft's name and content; not while it judges in shadow. */
export const editRiskBook = (
  db: Database,
  edit: RiskBookChanger & {
    readonly bookId: string;
    readonly name: string;
    readonly content: BookContent;
  },
): Promise<RiskBookChange> =>
  change(db, edit, 'edited', async (transaction, book) => {
    if (book.state !== 'draft') return 'not_draft';
    if (book.shadowSince !== null) return 'in_shadow';
    const authors = withAuthor(book, edit.operator);
    await update(transaction, edit, { name: edit.name, content: JSON.stringify(edit.content), authors });
    return undefined;
  });

/** Hands a draft in for review. */
export const submitRiskBook = (
  db: Database,
  submission: RiskBookChanger & { readonly bookId: string },
): Promise<RiskBookChange> =>
  change(db, submission, 'submitted', async (transaction, book) => {
    if (book.state !== 'draft') return 'not_draft';
    const authors = withAuthor(book, submission.operator);
    await update(transaction, submission, { state: 'review', authors });
    return undefined;
  });

/** Lets a reviewed book decide, from `soonest` on. Its shadow ends. */
export const approveRiskBook = (
  db: Database,
  approval: RiskBookChanger & {
    readonly bookId: string;
    readonly activationId: string;
    /** Hash of what the reviewer read. */
    readonly contentHash: string;
    readonly soonest: Date;
  },
): Promise<RiskBookChange> =>
  change(db, approval, 'approved', async (transaction, book) => {
    const refusal = decideApproval({
      state: book.state,
      reviewer: approval.operator,
      authors: book.authors,
      reviewedHash: approval.contentHash,
      contentHash: book.contentHash,
      rehearsed: await isRehearsed(transaction, book),
    });
    if (refusal !== undefined) return refusal;
    await update(transaction, approval, { state: 'approved', shadowSince: null });
    await activateBook(transaction, { ...approval, id: approval.activationId, liveFrom: approval.soonest });
    return undefined;
  });

/** Sends a book under review back to be a draft. */
export const rejectRiskBook = (
  db: Database,
  rejection: RiskBookChanger & { readonly bookId: string },
): Promise<RiskBookChange> =>
  change(db, rejection, 'rejected', async (transaction, book) => {
    if (book.state !== 'review') return 'not_in_review';
    await update(transaction, rejection, { state: 'draft' });
    return undefined;
  });

/** Rollback: puts a book that was in force before into force again, at `soonest`. */
export const restoreRiskBook = (
  db: Database,
  restoration: RiskBookChanger & {
    readonly bookId: string;
    readonly activationId: string;
    readonly soonest: Date;
  },
): Promise<RiskBookChange> =>
  change(db, restoration, 'restored', async (transaction, book) => {
    if (!(await wasInForce(transaction, book.id, restoration.now))) return 'never_in_force';
    const { activationId: id, soonest: liveFrom } = restoration;
    await activateBook(transaction, { ...restoration, id, liveFrom });
    return undefined;
  });

/** Rollback to the book that comes with the program, at `soonest`. */
export function restoreShippedBook(
  db: Database,
  restoration: RiskBookChanger & { readonly activationId: string; readonly soonest: Date },
): Promise<void> {
  const { activationId: id, soonest: liveFrom, operator, note, now } = restoration;
  return inTransaction(db, async (transaction) => {
    await lockBooks(transaction);
    await activateBook(transaction, { id, bookId: null, liveFrom, now });
    const actor = `operator:${operator}`;
    await addRiskAudit(transaction, {
      subject: 'book:shipped',
      action: 'restored',
      actor,
      note,
      contentHash: '',
      at: now,
    });
  });
}

/** Lets a book judge beside the one in force without deciding, or no longer; whatever else was in shadow no longer is. */
export const shadowRiskBook = (
  db: Database,
  shadow: RiskBookChanger & { readonly bookId: string; readonly on: boolean },
): Promise<RiskBookChange> =>
  change(db, shadow, shadow.on ? 'shadow_begun' : 'shadow_ended', async (transaction) => {
    if (shadow.on) {
      const ended = transaction.updateTable('riskBooks').set({ shadowSince: null });
      await ended.where('shadowSince', 'is not', null).execute();
    }
    await update(transaction, shadow, { shadowSince: shadow.on ? shadow.now : null });
    return undefined;
  });

/** Says in the trail that a book is run over past days; the note says over which. */
export const noteBookRehearsal = (
  db: Database,
  rehearsal: RiskBookChanger & { readonly bookId: string },
): Promise<RiskBookChange> => change(db, rehearsal, 'rehearsal_requested', () => Promise.resolve(undefined));

/** What was done to a book, oldest first. */
export const riskBookAuditOf = (db: Database, bookId: string) =>
  db
    .selectFrom('riskAudit')
    .select(['action', 'actor', 'note', 'contentHash', 'at', 'hash'])
    .where('subject', '=', `book:${bookId}`)
    .orderBy('id')
    .execute();

async function lockBooks(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${BOOKS_LOCK})`.execute(transaction);
}

const withAuthor = ({ authors }: RiskBookRow, operator: string): string[] =>
  authors.includes(operator) ? authors : [...authors, operator];

async function update(
  transaction: Database,
  { bookId, now }: { readonly bookId: string; readonly now: Date },
  values: Partial<
    Pick<RiskBookRow, 'name' | 'state' | 'authors' | 'shadowSince'> & { readonly content: string }
  >,
): Promise<void> {
  await transaction
    .updateTable('riskBooks')
    .set({ ...values, updatedAt: now })
    .where('id', '=', bookId)
    .execute();
}

const audit = (
  transaction: Database,
  { operator, note, now }: RiskBookChanger,
  book: Pick<RiskBookRow, 'id' | 'contentHash'>,
  action: string,
): Promise<void> =>
  addRiskAudit(transaction, {
    subject: `book:${book.id}`,
    action,
    actor: `operator:${operator}`,
    note,
    contentHash: book.contentHash,
    at: now,
  });

/** Changes one book while nobody else changes any, and says so in the trail; a refusal changes nothing. */
function change(
  db: Database,
  changer: RiskBookChanger & { readonly bookId: string },
  action: string,
  work: (transaction: Database, book: RiskBookRow) => Promise<Refusal | undefined>,
): Promise<RiskBookChange> {
  const { bookId } = changer;
  return inTransaction(db, async (transaction): Promise<RiskBookChange> => {
    await lockBooks(transaction);
    const book = await getRiskBook(transaction, bookId);
    if (book === undefined) return { outcome: 'refused', code: 'risk_book_not_found' };
    const refusal = await work(transaction, book);
    if (refusal !== undefined) return { outcome: 'refused', code: `risk_book_${refusal}` };
    const changed = (await getRiskBook(transaction, bookId)) ?? book;
    await audit(transaction, changer, changed, action);
    return { outcome: 'done', book: changed };
  });
}
