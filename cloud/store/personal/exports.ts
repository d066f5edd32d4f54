import { sql, type Selectable } from 'kysely';

import { DAY_MS, EXPORTS_PER_DAY_MAX } from '../../domain';
import { inTransaction, type Database } from '../database';
import { SECTIONS } from './sections';
import type { DataExportsTable } from './tables';

export type DataExportRow = Omit<Selectable<DataExportsTable>, 'leasedUntil'>;

const COLUMNS = ['accountId', 'id', 'state', 'askedAt', 'readyAt', 'expiresAt', 'bytes'] as const;
/** Exports that are told of. */
const LISTED = 10;
/** Items read at once: an export never takes more memory than so many. */
const BATCH = 200;

/**
 * Asks for an export of all that is kept about an account. How long to wait, in ms, where it was asked for too often; exports of one
 * account are asked for one after another. `then` runs in the transaction that keeps it.
 */
export function askExport(
  db: Database,
  asked: { readonly accountId: string; readonly id: string; readonly now: Date },
  then: (transaction: Database, row: DataExportRow) => Promise<void>,
): Promise<number> {
  const { accountId, id, now } = asked;
  return inTransaction(db, async (transaction) => {
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const recent = await transaction
      .selectFrom('dataExports')
      .select('askedAt')
      .where('accountId', '=', accountId)
      .where('askedAt', '>', new Date(now.getTime() - DAY_MS))
      .orderBy('askedAt')
      .execute();
    const [first] = recent;
    if (first !== undefined && recent.length >= EXPORTS_PER_DAY_MAX)
      return first.askedAt.getTime() + DAY_MS - now.getTime();
    const row = await transaction
      .insertInto('dataExports')
      .values({ accountId, id, state: 'waiting', askedAt: now })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    await then(transaction, row);
    return 0;
  });
}

/** The newest exports of an account. */
export function listExports(db: Database, accountId: string): Promise<readonly DataExportRow[]> {
  return db
    .selectFrom('dataExports')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(LISTED)
    .execute();
}

/** One export, where it is this account's. */
export function getExport(
  db: Database,
  { accountId, id }: { readonly accountId: string; readonly id: string },
): Promise<DataExportRow | undefined> {
  return db
    .selectFrom('dataExports')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Takes exports that wait, oldest first, for `leaseMs`. */
export function claimExports(
  db: Database,
  claim: { readonly limit: number; readonly now: Date; readonly leaseMs: number },
): Promise<readonly DataExportRow[]> {
  return db
    .updateTable('dataExports')
    .set({ leasedUntil: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('dataExports')
        .select('id')
        .where('state', '=', 'waiting')
        .where((or) => or.or([or('leasedUntil', 'is', null), or('leasedUntil', '<=', claim.now)]))
        .orderBy('id')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(COLUMNS)
    .execute();
}

/**
 * Writes an export, section by section in batches that the database reads and writes by itself. What a worker that died had
 * written is written anew. `then` runs in the transaction that makes it ready; it is not called where somebody else did.
 */
export async function makeExport(
  db: Database,
  made: { readonly accountId: string; readonly id: string; readonly expiresAt: Date; readonly now: Date },
  then: (transaction: Database) => Promise<void>,
): Promise<void> {
  const { accountId, id, expiresAt, now } = made;
  await db
    .deleteFrom('dataExportParts')
    .where('accountId', '=', accountId)
    .where('exportId', '=', id)
    .execute();
  let place = 0;
  for (const { name, items } of SECTIONS) {
    for (let after: string | null = ''; after !== null;) {
      after = await writePart(db, {
        accountId,
        id,
        place,
        section: name,
        items: items(accountId, after, BATCH),
      });
      place += 1;
    }
  }
  await inTransaction(db, async (transaction) => {
    const ready = await transaction
      .updateTable('dataExports')
      .set((eb) => ({
        state: 'ready',
        readyAt: now,
        expiresAt,
        bytes: eb
          .selectFrom('dataExportParts')
          .select(sql<number>`coalesce(sum(octet_length(items)), 0)::bigint`.as('bytes'))
          .where('accountId', '=', accountId)
          .where('exportId', '=', id),
      }))
      .where('accountId', '=', accountId)
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .returning('id')
      .execute();
    if (ready.length > 0) await then(transaction);
  });
}

/** Writes one batch of a section; the key after which the next begins, null where that was the last. */
async function writePart(
  db: Database,
  part: {
    readonly accountId: string;
    readonly id: string;
    readonly place: number;
    readonly section: string;
    readonly items: ReturnType<(typeof SECTIONS)[number]['items']>;
  },
): Promise<string | null> {
  const { accountId, id, place, section } = part;
  const { rows } = await sql<{ readonly last: string | null; readonly count: number }>`
    with batch as materialized (${part.items}), written as (
      insert into data_export_parts (account_id, export_id, place, section, items)
        select ${accountId}::uuid, ${id}::uuid, ${place}::integer, ${section}, string_agg(item::text, ',' order by key)
          from batch having count(*) > 0
    )
    select max(key) as last, count(*) as count from batch`.execute(db);
  const [batch] = rows;
  return batch === undefined || batch.count < BATCH ? null : batch.last;
}

/** A part of an export from a place on; undefined behind the last. */
export function exportPart(
  db: Database,
  part: { readonly accountId: string; readonly id: string; readonly from: number },
): Promise<{ readonly place: number; readonly section: string; readonly items: string } | undefined> {
  return db
    .selectFrom('dataExportParts')
    .select(['place', 'section', 'items'])
    .where('accountId', '=', part.accountId)
    .where('exportId', '=', part.id)
    .where('place', '>=', part.from)
    .orderBy('place')
    .limit(1)
    .executeTakeFirst();
}

/** Takes away what exports hold whose time is over; how many there were. */
export async function removeExpiredExports(
  db: Database,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const over = await transaction
      .updateTable('dataExports')
      .set({ state: 'removed' })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('dataExports')
          .select('id')
          .where('state', '=', 'ready')
          .where('expiresAt', '<=', now)
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning('id')
      .execute();
    if (over.length === 0) return 0;
    const ids = over.map(({ id }) => id);
    await transaction.deleteFrom('dataExportParts').where('exportId', 'in', ids).execute();
    return over.length;
  });
}
