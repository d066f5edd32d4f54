import { sql } from 'kysely';

import type { Unit } from '../domain';
import { InvalidCursor } from './cursor';
import type { Database } from './database';

/** An entry as its account tells it, with the balance after it. Signs are the ledger's: what we owe is negative. */
export interface StatementLine {
  readonly postingId: string;
  readonly kind: string;
  readonly orderId: string | null;
  readonly bookedAt: Date;
  readonly amount: number;
  readonly balance: number;
}

export interface Statement {
  /** Balances before and after the whole time asked for, whatever page this is. */
  readonly opening: number;
  readonly closing: number;
  readonly lines: readonly StatementLine[];
  readonly nextCursor: string | null;
  /** Up to when the ledger is sealed: lines up to then never change. Null where nothing is sealed. */
  readonly sealedTo: Date | null;
}

interface AccountUnit {
  readonly account: string;
  readonly unit: Unit;
}

/** The balance that the sealed lines give before an instant: one step down an index. */
async function sealedBalance(db: Database, { account, unit }: AccountUnit, before: Date): Promise<number> {
  const line = await db
    .selectFrom('accountLines')
    .select('balance')
    .where('account', '=', account)
    .where('unit', '=', unit)
    .where('bookedAt', '<', before)
    .orderBy('bookedAt', 'desc')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return line?.balance ?? 0;
}

/**
 * The balance of an account at an instant: its last sealed line by then and what is not sealed yet. It is final once the
 * ledger is sealed beyond that instant. One statement, so that a sealing in between counts nothing twice.
 */
export async function balanceOf(
  db: Database,
  question: AccountUnit & { readonly asOf: Date },
): Promise<number> {
  const { account, unit, asOf } = question;
  const { rows } = await sql<{ balance: number }>`
    with last as (
      select last_xid, last_posting_id from ledger_blocks order by number desc limit 1
    ), start as (
      select coalesce((select last_xid from last), '0') as xid,
        coalesce((select last_posting_id from last), '00000000-0000-0000-0000-000000000000') as id
    ), unsealed as (
      select coalesce(sum(amount), 0)::bigint as amount
        from entries
        where xid >= (select xid from start) and (xid, posting_id) > (select xid, id from start)
          and account = ${account} and unit = ${unit} and created_at <= ${asOf}
    ), line as (
      select balance from account_lines
        where account = ${account} and unit = ${unit} and booked_at <= ${asOf}
        order by booked_at desc, position desc limit 1
    )
    select coalesce((select balance from line), 0) + (select amount from unsealed) as balance`.execute(db);
  // bigint + bigint comes back as a number; an empty sum must not make it -0.
  return 0 + (rows[0]?.balance ?? 0);
}

/** The sealed lines of an account from an instant (inclusive) to another (exclusive), oldest first. Throws InvalidCursor. */
export async function statementOf(
  db: Database,
  question: AccountUnit & {
    readonly from: Date;
    readonly to: Date;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Statement> {
  const { from, to, cursor, limit } = question;
  let rows = db
    .selectFrom('accountLines')
    .innerJoin('postings', 'postings.id', 'accountLines.postingId')
    .select(['position', 'postingId', 'kind', 'orderId', 'bookedAt', 'amount', 'balance'])
    .where('account', '=', question.account)
    .where('unit', '=', question.unit)
    .where('bookedAt', '>=', from)
    .where('bookedAt', '<', to)
    .orderBy('bookedAt')
    .orderBy('position')
    .limit(limit + 1);
  if (cursor !== undefined) {
    const after = readPosition(cursor);
    rows = rows.where(
      sql<boolean>`(booked_at, position) > (${after.bookedAt}::timestamptz, ${after.position}::bigint)`,
    );
  }
  const found = await rows.execute();
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const sealed = await db
    .selectFrom('ledgerBlocks')
    .select('lastBookedAt')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    opening: await sealedBalance(db, question, from),
    closing: await sealedBalance(db, question, to),
    lines: shown.map(({ position: _position, ...line }) => line),
    nextCursor: found.length > limit && last !== undefined ? positionCursor(last) : null,
    sealedTo: sealed?.lastBookedAt ?? null,
  };
}

const positionCursor = (line: { readonly bookedAt: Date; readonly position: number }): string =>
  Buffer.from(`${line.bookedAt.getTime()}:${line.position}`, 'latin1').toString('base64url');

function readPosition(cursor: string): { readonly bookedAt: Date; readonly position: number } {
  const match = /^(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match === null) throw new InvalidCursor('the cursor names no line');
  return { bookedAt: new Date(Number(match[1])), position: Number(match[2]) };
}
