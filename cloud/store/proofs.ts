import { sql } from 'kysely';

import { leafText, pathOf } from '../domain';
import type { Database } from './database';
import { selectLeaves } from './leaves';
import { sha256 } from './seal';

/** What shows that a posting is in the ledger whose heads are published. */
export interface InclusionProof {
  readonly leaf: string;
  readonly place: number;
  readonly path: readonly Uint8Array[];
  readonly header: string;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The proof of an order's payment; undefined where it is not sealed yet, or not paid. */
export async function proveOrder(db: Database, orderId: string): Promise<InclusionProof | undefined> {
  const sealed = await db
    .selectFrom('postings')
    .innerJoin('ledgerLeaves', 'ledgerLeaves.postingId', 'postings.id')
    .innerJoin('ledgerBlocks', 'ledgerBlocks.number', 'ledgerLeaves.block')
    .select(['postings.id', 'block', 'place', 'header', 'signature', 'publicKey'])
    .where('orderId', '=', orderId)
    .where('kind', '=', 'payment')
    .executeTakeFirst();
  if (sealed === undefined) return undefined;
  const { id, block, place, header, signature, publicKey } = sealed;
  const [proven] = await selectLeaves(
    db,
    sql`postings as posting join ledger_leaves as sealed on sealed.posting_id = posting.id and posting.id = ${id}`,
  );
  if (proven === undefined) throw new Error(`the sealed posting ${id} is gone`);
  const neighbours = await db
    .selectFrom('ledgerLeaves')
    .select('hash')
    .where('block', '=', block)
    .orderBy('place')
    .execute();
  const path = pathOf(
    sha256,
    neighbours.map(({ hash }) => hash),
    place,
  );
  return { leaf: leafText(proven.leaf), place, path, header, signature, publicKey };
}

/** A signed header, as published. */
export interface Head {
  readonly number: number;
  readonly header: string;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly sealedAt: Date;
}

/** The last head of each day (Asia/Shanghai), newest first. Over each one all that was ever sealed before is fixed. */
export async function dailyHeads(db: Database, days: number): Promise<readonly Head[]> {
  const { rows } = await sql<Head>`
    with recursive newest as (
      (select * from ledger_blocks order by number desc limit 1)
      union all
      select earlier.* from newest cross join lateral (
        select * from ledger_blocks
          where sealed_at < date_trunc('day', newest.sealed_at, 'Asia/Shanghai') and number < newest.number
          order by sealed_at desc, number desc limit 1
      ) as earlier
    )
    select number, header, signature, public_key, sealed_at from newest limit ${days}`.execute(db);
  return rows;
}
