import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import { bookedAt, headerText, leafHash, NO_BLOCK, rootOf, signedText, type Hash } from '../domain';
import { inTransaction, type Database } from './database';
import { leafBytes, selectLeaves } from './leaves';

export const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest();

/** Signs heads: Ed25519. */
export interface LedgerSigner {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/** The server counts transactions from a lower number than the sealed ones: it is not the server that wrote them. */
export class TransactionNumbersWentBack extends Error {
  override readonly name = 'TransactionNumbersWentBack';
}

/** Leaves of one block at most: what is read and hashed in about a second. */
export const LEAVES_MAX = 4_096;
/** An arbitrary number that only the sealing locks. */
const SEALING_LOCK = 5_702_887;

interface LastBlock {
  readonly number: number;
  readonly hash: Buffer;
  readonly lastXid: string;
  readonly lastPostingId: string;
  readonly lastBookedAt: Date;
}

const NOTHING_SEALED: LastBlock = {
  number: 0,
  hash: Buffer.from(NO_BLOCK, 'hex'),
  lastXid: '0',
  lastPostingId: '00000000-0000-0000-0000-000000000000',
  lastBookedAt: new Date(0),
};

/** The newest block; of an unsealed ledger, what the first one continues. */
export async function lastBlock(db: Database): Promise<LastBlock> {
  const last = await db
    .selectFrom('ledgerBlocks')
    .select(['number', 'hash', 'lastXid', 'lastPostingId', 'lastBookedAt'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? NOTHING_SEALED;
}

/**
 * Seals the next postings into one block: their leaves, the signed header over them, and their entries under their
 * accounts with balances. Answers how many; 0 where none can be sealed yet, or another worker is sealing.
 * Throws TransactionNumbersWentBack.
 */
export function sealBlock(
  db: Database,
  signer: LedgerSigner,
  options: { readonly now: Date; readonly leavesMax?: number },
): Promise<number> {
  const { now, leavesMax = LEAVES_MAX } = options;
  return inTransaction(db, async (transaction) => {
    if (!(await lockSealing(transaction))) return 0;
    const last = await lastBlock(transaction);
    await assertSameServer(transaction, last.lastXid);
    const leaves = await selectLeaves(
      transaction,
      sql`(
        select * from postings
          where xid >= ${last.lastXid}::xid8 and (xid, id) > (${last.lastXid}::xid8, ${last.lastPostingId}::uuid)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
          order by xid, id limit ${leavesMax}
        ) as posting cross join (select null::bigint as history_to) as sealed`,
    );
    const newest = leaves.at(-1);
    if (newest === undefined) return 0;

    const number = last.number + 1;
    const hashes = leaves.map(({ leaf }) => leafHash(sha256, leafBytes(leaf)));
    let ahead = last.lastBookedAt.getTime();
    const times = leaves.map(({ createdAt }) => {
      ahead = bookedAt({ own: createdAt.getTime(), ahead, sealed: now.getTime() });
      return new Date(ahead);
    });
    const header = headerText({
      number,
      previous: last.hash.toString('hex'),
      root: Buffer.from(rootOf(sha256, hashes)).toString('hex'),
      leaves: leaves.length,
      sealedAt: now.toISOString(),
    });
    await transaction
      .insertInto('ledgerBlocks')
      .values({
        number,
        header,
        hash: Buffer.from(sha256(Buffer.from(header))),
        signature: Buffer.from(signer.sign(Buffer.from(signedText(header)))),
        publicKey: Buffer.from(signer.publicKey),
        leaves: leaves.length,
        lastXid: newest.xid,
        lastPostingId: newest.postingId,
        lastBookedAt: new Date(ahead),
        sealedAt: now,
      })
      .execute();
    await sql`
      insert into ledger_leaves (block, place, posting_id, hash, history_to, booked_at)
        select ${number}, place - 1, posting_id, hash, history_to, booked_at
        from unnest(${leaves.map((leaf) => leaf.postingId)}::uuid[], ${hashes.map((hash) => Buffer.from(hash))}::bytea[],
          ${leaves.map((leaf) => leaf.historyTo)}::bigint[], ${times}::timestamptz[])
          with ordinality as leaf (posting_id, hash, history_to, booked_at, place)`.execute(transaction);
    await addLines(transaction, number);
    return leaves.length;
  });
}

async function lockSealing(db: Database): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${SEALING_LOCK}) as locked`.execute(db);
  return rows[0]?.locked === true;
}

async function assertSameServer(db: Database, lastXid: string): Promise<void> {
  const { rows } = await sql<{ fits: boolean }>`
    select pg_snapshot_xmin(pg_current_snapshot()) >= ${lastXid}::xid8 as fits`.execute(db);
  if (rows[0]?.fits === true) return;
  throw new TransactionNumbersWentBack(
    `the sealed ledger ends at transaction ${lastXid}, which this server has not come to: it was restored from a copy of another. Raise its next transaction number beyond that with pg_resetwal.`,
  );
}

/** A line's place in the whole ledger: by block, then by leaf. */
const POSITIONS_OF_BLOCK = 1_000_000;

async function addLines(db: Database, block: number): Promise<void> {
  await sql`
    with line as materialized (
      select account, unit, booked_at, block * ${POSITIONS_OF_BLOCK} + place as position, posting_id, amount
        from ledger_leaves join entries using (posting_id) where block = ${block}
    ), before as materialized (
      select account, unit, coalesce(newest.balance, 0) as balance
        from (select distinct account, unit from line) as touched left join lateral (
          select balance from account_lines
            where account_lines.account = touched.account and account_lines.unit = touched.unit
            order by booked_at desc, position desc limit 1
        ) as newest on true
    )
    insert into account_lines (account, unit, booked_at, position, posting_id, amount, balance)
      select account, unit, booked_at, position, posting_id, amount,
          before.balance + sum(amount) over (partition by account, unit order by position)
        from line join before using (account, unit)`.execute(db);
}
