import { sql } from 'kysely';

import { movesMoney, type Lists, type PastEvent, type PayeeKind, type RiskAction } from '../../domain/risk';
import { readInBatches } from '../batches';
import type { Database } from '../database';
import type { RiskLabel } from './tables';

interface PastEventRow {
  readonly account: string;
  readonly at: Date;
  readonly action: RiskAction;
  readonly device: string;
  readonly city: string;
  readonly payee: string | null;
  readonly payeeKind: PayeeKind;
  readonly amountFen: number | null;
  readonly held: boolean;
  readonly label: RiskLabel | null;
}

/** How many events there are from (inclusive) to (exclusive), counted up to `most + 1`. */
export async function countPastEvents(
  db: Database,
  period: { readonly from: Date; readonly to: Date },
  most: number,
): Promise<number> {
  const { rows } = await sql<{ events: number }>`
    select count(*) as events from (
      select from risk_events where at >= ${period.from} and at < ${period.to} limit ${most + 1}) as found`.execute(
    db,
  );
  return rows[0]?.events ?? 0;
}

/**
 * Hands over every event since `since` up to `to` (exclusive) in order of time, in batches; those before `from` are not
 * counted. One snapshot of the database, so a long read sees no event twice.
 */
export function readPastEvents(
  db: Database,
  period: { readonly since: Date; readonly from: Date; readonly to: Date },
  take: (events: readonly PastEvent[]) => Promise<void>,
): Promise<void> {
  const { since, from, to } = period;
  const events = sql<PastEventRow>`
    select account, at, action, device, city, payee, payee_kind, amount_fen, held, label from risk_events
      where at >= ${since} and at < ${to} order by at, id`;
  return readInBatches(db, events, (rows) => take(rows.map((row) => pastEvent(row, from))));
}

function pastEvent(row: PastEventRow, from: Date): PastEvent {
  const { account: user, at, action, device, city, payeeKind, held, label } = row;
  const event = {
    atMs: at.getTime(),
    user,
    device,
    city,
    action,
    payee: row.payee ?? '',
    payeeKind,
    amountFen: row.amountFen ?? 0,
  };
  return { event, held, label: movesMoney(event) ? label : null, counted: at >= from };
}

/** Every name on a list. */
export async function readLists(db: Database): Promise<Lists> {
  const rows = await db.selectFrom('riskListed').select(['list', 'subject', 'name']).execute();
  const on = (list: 'block' | 'allow') => {
    const of = (subject: 'user' | 'device' | 'payee'): ReadonlySet<string> =>
      new Set(rows.filter((row) => row.list === list && row.subject === subject).map(({ name }) => name));
    return { users: of('user'), devices: of('device'), payees: of('payee') };
  };
  return { block: on('block'), allow: on('allow') };
}

/** What a book in shadow would have decided of the payments since it began, beside what was decided. */
export interface ShadowCount {
  readonly verdict: 'allow' | 'challenge' | 'block' | 'lock';
  readonly shadow: 'challenge' | 'block' | 'lock';
  readonly label: RiskLabel | null;
  readonly events: number;
}

/** Counts of what a book in shadow would have stopped, by what was decided and found out. */
export async function countShadow(
  db: Database,
  shadow: { readonly version: number; readonly since: Date },
): Promise<readonly ShadowCount[]> {
  const prefix = `shadow:book-${shadow.version}:`;
  const { rows } = await sql<ShadowCount>`
    select verdict, substr(said, ${prefix.length + 1}) as shadow, label, count(*) as events
      from risk_events, unnest(shadow) as said
      where at >= ${shadow.since} and starts_with(said, ${prefix})
      group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows;
}
