import { sql } from 'kysely';

import { headerText, leafHash, NO_BLOCK, rootOf, signedText } from '../domain';
import type { Database } from './database';
import { leafBytes, selectLeaves } from './leaves';
import { sha256 } from './seal';

export interface BlocksReport {
  readonly blocks: number;
  readonly leaves: number;
  /** What is wrong, in words. At most a hundred. */
  readonly violations: readonly string[];
}

export interface BlockChecks {
  /** Whether an Ed25519 signature fits. */
  readonly isSigned: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** Whether a key is ours; every key is believed where this is left out. */
  readonly isTrusted?: (publicKey: Uint8Array) => boolean;
  /** The first block to check; those before are taken as they are. */
  readonly from?: number;
  /** Told after each block. */
  readonly onBlock?: (number: number, leaves: number) => void;
}

const NAMED_MAX = 100;

/**
 * Computes every block again from what the ledger says now: leaves, root, header, chain and signature. Reads one block at
 * a time, so that its memory does not grow with the ledger.
 */
export async function verifyBlocks(db: Database, checks: BlockChecks): Promise<BlocksReport> {
  const { from = 1, onBlock } = checks;
  const violations: string[] = [];
  const report = (violation: string): void => {
    if (violations.length < NAMED_MAX) violations.push(violation);
  };
  let previous = await hashBefore(db, from);
  let leaves = 0;
  let number = from;
  // The next block is read while this one is hashed.
  let ahead = readBlock(db, number);
  for (; ; number += 1) {
    const block = await ahead;
    if (block === undefined) break;
    ahead = readBlock(db, number + 1);
    // A failure is thrown where it is waited for; until then it must not count as unhandled.
    ahead.catch(() => undefined);
    const found = leavesOf(block, report);
    leaves += found.length;
    const header = headerText({
      number,
      previous,
      root: Buffer.from(rootOf(sha256, found)).toString('hex'),
      leaves: found.length,
      sealedAt: block.sealedAt.toISOString(),
    });
    if (block.header !== header) report(`block ${number} is not what its postings make it`);
    const hash = sha256(Buffer.from(block.header));
    if (!block.hash.equals(hash)) report(`block ${number} has another hash than its header`);
    if (!checks.isSigned(block.publicKey, Buffer.from(signedText(block.header)), block.signature)) {
      report(`block ${number} is not signed`);
    }
    if (checks.isTrusted?.(block.publicKey) === false) report(`block ${number} is signed with a strange key`);
    previous = Buffer.from(hash).toString('hex');
    onBlock?.(number, leaves);
  }
  const { rows } = await sql<{ beyond: number }>`
    select number as beyond from ledger_blocks where number > ${number} limit 1`.execute(db);
  for (const { beyond } of rows) report(`block ${number} is missing before block ${beyond}`);
  return { blocks: number - from, leaves, violations };
}

const readHeader = (db: Database, number: number) =>
  db.selectFrom('ledgerBlocks').selectAll().where('number', '=', number).executeTakeFirst();

async function hashBefore(db: Database, number: number): Promise<string> {
  if (number === 1) return NO_BLOCK;
  return (await readHeader(db, number - 1))?.hash.toString('hex') ?? NO_BLOCK;
}

/** A block, the hashes kept of its leaves, and its postings as they are now; undefined beyond the last. */
async function readBlock(db: Database, number: number) {
  const header = await readHeader(db, number);
  if (header === undefined) return undefined;
  const kept = await db
    .selectFrom('ledgerLeaves')
    .select(['place', 'postingId', 'hash'])
    .where('block', '=', number)
    .orderBy('place')
    .execute();
  const postings = await selectLeaves(
    db,
    sql`ledger_leaves as sealed join postings as posting on posting.id = posting_id and block = ${number}`,
  );
  return { ...header, kept, postings };
}

/** The hashes of a block's leaves, computed from the postings as they are now. */
function leavesOf(
  block: NonNullable<Awaited<ReturnType<typeof readBlock>>>,
  report: (violation: string) => void,
): readonly Uint8Array[] {
  const now = new Map(
    block.postings.map(({ postingId, leaf }) => [postingId, leafHash(sha256, leafBytes(leaf))]),
  );
  return block.kept.map(({ place, postingId, hash }, number) => {
    const computed = now.get(postingId);
    if (place !== number) report(`block ${block.number} has leaf ${place} where leaf ${number} should be`);
    if (computed === undefined) report(`posting ${postingId} of block ${block.number} is gone`);
    else if (!hash.equals(computed))
      report(`posting ${postingId} of block ${block.number} is not as it was sealed`);
    return computed ?? hash;
  });
}
