/**
 * What the ledger commits to: each posting as one line of text, the leaf, and each block of postings as a header that
 * names the root over its leaves and the block before it. Both are canonical: the same facts give the same bytes.
 */
export interface Leaf {
  readonly postingId: string;
  readonly kind: string;
  readonly orderId: string | null;
  readonly attemptId: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Account, unit, amount. */
  readonly entries: readonly (readonly [string, string, number])[];
  /** What had happened to the posting's order: subject, its id, from, to, reason, actor, when. */
  readonly history: readonly (readonly [string, string, string | null, string, string, string, string])[];
}

/** A posting has one entry for each account. */
const byAccount = (a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number =>
  a[0] < b[0] ? -1 : 1;

/** A posting as the text that is hashed. Entries are in the order of their accounts, whatever order they come in. */
export const leafText = (leaf: Leaf): string =>
  JSON.stringify({
    version: 1,
    posting: leaf.postingId,
    kind: leaf.kind,
    order: leaf.orderId,
    attempt: leaf.attemptId,
    at: leaf.at,
    entries: [...leaf.entries].sort(byAccount),
    history: leaf.history,
  });

export interface BlockHeader {
  /** From 1, without gaps. */
  readonly number: number;
  /** Hash of the block before, hex; of the first block 64 zeros. */
  readonly previous: string;
  /** Root over the block's leaves, hex. */
  readonly root: string;
  readonly leaves: number;
  /** ISO 8601, UTC. */
  readonly sealedAt: string;
}

export const NO_BLOCK = '0'.repeat(64);

/** A header as the text that is hashed. */
export const headerText = (header: BlockHeader): string =>
  JSON.stringify({
    version: 1,
    block: header.number,
    previous: header.previous,
    root: header.root,
    leaves: header.leaves,
    sealedAt: header.sealedAt,
  });

/** What is signed of a block: never the bytes of anything else that is signed. */
export const signedText = (header: string): string => `tpwallet ledger head\n${header}`;

/** When a posting counts as booked: its own time, but never before the posting ahead of it nor after its sealing. */
export function bookedAt(times: {
  readonly own: number;
  readonly ahead: number;
  readonly sealed: number;
}): number {
  return Math.max(times.ahead, Math.min(times.own, times.sealed));
}
