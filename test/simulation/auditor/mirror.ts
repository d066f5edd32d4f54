import type { Client } from 'pg';

import {
  APPEND_ONLY,
  KEYS,
  ORDER_POSTINGS,
  TABLES,
  type AttemptRow,
  type EntryRow,
  type HistoryRow,
  type LineRow,
  type PayoutRow,
  type PostingRow,
  type RefundRow,
  type Rows,
  type SettlementHistoryRow,
  type Table,
} from './rows';

/** Every row that a transaction wrote which the snapshot had not seen yet, and the snapshot to ask with next time. */
const CHANGES = `select pg_current_snapshot()::text as snapshot, ${TABLES.map(
  (table) => `(select coalesce(json_agg(t), '[]') from ${table} t
    where not pg_visible_in_snapshot(xmin::text::xid8, $1::pg_snapshot)) as ${table}`,
).join(', ')}`;
/** A snapshot before everything. */
const NOTHING = '3:3:';

type Changes = { readonly [T in Table]: readonly Rows[T][] } & { readonly snapshot: string };
type Kept = { readonly [T in Table]: Map<string, Rows[T]> };

/** What changed since the last time. */
export interface Changed {
  /** Ids of the orders and of the batches that it is about. */
  readonly orders: ReadonlySet<string>;
  readonly settlements: ReadonlySet<string>;
  /** What was changed that must never be. */
  readonly tampered: readonly string[];
}

export const NOTHING_CHANGED: Changed = { orders: new Set(), settlements: new Set(), tampered: [] };

/** Rows by something that many of them share. */
class Groups<Row> {
  private readonly groups = new Map<string, Row[]>();

  add(key: string, row: Row): void {
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, [row]);
    else group.push(row);
  }

  of(key: string): readonly Row[] {
    return this.groups.get(key) ?? [];
  }
}

/** The auditor's own copy of the database, kept up to date by what changes. */
export class Mirror {
  /** Balances by account and unit. */
  readonly balances = new Map<string, number>();
  private readonly kept = Object.fromEntries(TABLES.map((table) => [table, new Map()])) as unknown as Kept;
  private readonly attemptsOfOrder = new Groups<string>();
  private readonly refundsOfOrder = new Groups<string>();
  private readonly payoutsOfSettlement = new Groups<string>();
  private readonly postingsOfCause = new Groups<PostingRow>();
  private readonly historyOfOrder = new Groups<HistoryRow>();
  private readonly historyOfSubject = new Groups<SettlementHistoryRow>();
  private readonly linesOfSettlement = new Groups<LineRow>();
  private readonly entriesOf = new Groups<EntryRow>();
  private snapshot = NOTHING;

  constructor(private readonly database: Client) {}

  /** The rows of a table by their keys. */
  all<T extends Table>(table: T): Kept[T] {
    return this.kept[table];
  }

  /** Reads what changed. */
  async follow(): Promise<Changed> {
    const changes = await this.read(this.snapshot);
    this.snapshot = changes.snapshot;
    const tampered = APPEND_ONLY.flatMap((table) =>
      (changes[table] as readonly unknown[])
        .map(KEYS[table] as (row: unknown) => string)
        .filter((key) => this.kept[table].has(key))
        .map((key) => `${table} ${key} was changed`),
    );
    this.group(changes);
    for (const table of TABLES) this.keep(table, changes[table]);
    return { ...this.touchedBy(changes), tampered };
  }

  private group(changes: Changes): void {
    for (const row of changes.attempts) {
      if (!this.kept.attempts.has(row.id)) this.attemptsOfOrder.add(row.order_id, row.id);
    }
    for (const row of changes.refunds) {
      if (!this.kept.refunds.has(row.id)) this.refundsOfOrder.add(row.order_id, row.id);
    }
    for (const row of changes.payouts) {
      if (!this.kept.payouts.has(row.id)) this.payoutsOfSettlement.add(row.settlement_id, row.id);
    }
    for (const row of changes.history) this.historyOfOrder.add(row.order_id, row);
    for (const row of changes.settlement_history) this.historyOfSubject.add(row.subject_id, row);
    for (const row of changes.settlement_lines) this.linesOfSettlement.add(row.settlement_id, row);
    for (const row of changes.postings) {
      this.postingsOfCause.add(row.order_id, row);
      for (const entry of entriesIn(row)) {
        this.entriesOf.add(row.id, entry);
        const account = `${entry.account} ${entry.unit}`;
        this.balances.set(account, (this.balances.get(account) ?? 0) + entry.amount);
      }
    }
  }

  private touchedBy(changes: Changes): Pick<Changed, 'orders' | 'settlements'> {
    const orders = new Set<string>();
    const settlements = new Set<string>();
    for (const { id } of changes.orders) orders.add(id);
    for (const row of [...changes.attempts, ...changes.refunds, ...changes.history]) orders.add(row.order_id);
    for (const { payload } of changes.outbox) {
      if (typeof payload.orderId === 'string') orders.add(payload.orderId);
    }
    for (const { id } of changes.settlements) settlements.add(id);
    for (const row of [...changes.payouts, ...changes.settlement_lines]) settlements.add(row.settlement_id);
    for (const { kind, order_id } of changes.postings) {
      if (ORDER_POSTINGS.includes(kind)) orders.add(order_id);
      else if (kind !== 'reconciliation_adjustment') settlements.add(order_id);
    }
    return { orders, settlements };
  }

  /** Reads everything anew; what the copy holds and the database no longer does, or the other way round. */
  async compare(): Promise<readonly string[]> {
    const everything = await this.read(NOTHING);
    return TABLES.filter((table) => table !== 'open_orders').flatMap((table) => {
      const keyOf = KEYS[table] as (row: unknown) => string;
      const now = new Set((everything[table] as readonly unknown[]).map(keyOf));
      const gone = [...this.kept[table].keys()].filter((key) => !now.has(key));
      const unseen = [...now].filter((key) => !this.kept[table].has(key));
      return [
        ...gone.map((key) => `${table} ${key} is gone`),
        ...unseen.map((key) => `${table} ${key} was never seen to change`),
      ];
    });
  }

  attemptsOf(orderId: string): readonly AttemptRow[] {
    return this.attemptsOfOrder.of(orderId).flatMap((id) => this.kept.attempts.get(id) ?? []);
  }

  /** What happened to an order, its attempts and refunds, each in the order in which it was written. */
  historyOf(orderId: string): ReadonlyMap<string, readonly HistoryRow[]> {
    const subjects = new Map<string, HistoryRow[]>();
    for (const row of [...this.historyOfOrder.of(orderId)].sort((a, b) => a.id - b.id)) {
      const subject = `${row.subject} ${row.subject_id}`;
      subjects.set(subject, [...(subjects.get(subject) ?? []), row]);
    }
    return subjects;
  }

  /** What happened to a batch or a payout, in the order in which it was written. */
  settlementHistoryOf(subjectId: string): readonly SettlementHistoryRow[] {
    return [...this.historyOfSubject.of(subjectId)].sort((a, b) => a.id - b.id);
  }

  /** Postings that an order or a batch is the cause of. */
  postingsOf(causeId: string): readonly PostingRow[] {
    return this.postingsOfCause.of(causeId);
  }

  entriesOfPosting(postingId: string): readonly EntryRow[] {
    return this.entriesOf.of(postingId);
  }

  refundsOf(orderId: string): readonly RefundRow[] {
    return this.refundsOfOrder.of(orderId).flatMap((id) => this.kept.refunds.get(id) ?? []);
  }

  payoutsOf(settlementId: string): readonly PayoutRow[] {
    return this.payoutsOfSettlement.of(settlementId).flatMap((id) => this.kept.payouts.get(id) ?? []);
  }

  linesOf(settlementId: string): readonly LineRow[] {
    return this.linesOfSettlement.of(settlementId);
  }

  /** The attempt behind a gateway's `out_trade_no`. */
  attemptOf(outTradeNo: string): AttemptRow | undefined {
    return this.kept.attempts.get(idOf(outTradeNo));
  }

  private keep<T extends Table>(table: T, rows: readonly Rows[T][]): void {
    const known = this.kept[table] as unknown as Map<string, Rows[T]>;
    for (const row of rows) known.set(KEYS[table](row), row);
  }

  private async read(since: string): Promise<Changes> {
    const { rows } = await this.database.query<Changes>({
      name: 'changes',
      text: CHANGES,
      values: [since],
    });
    const [changes] = rows;
    if (changes === undefined) throw new Error('the database told no changes');
    return changes;
  }
}

const entriesIn = ({ id, accounts, units, amounts }: PostingRow): readonly EntryRow[] =>
  accounts.map((account, place) => ({
    posting_id: id,
    account,
    unit: units[place] ?? '',
    amount: amounts[place] ?? Number.NaN,
  }));

/** The id that a gateway knows as a number: without its dashes. */
export const numberOf = (id: string): string => id.replaceAll('-', '');

/** The id behind a gateway's number. */
export function idOf(number: string): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(number) ?? [];
  return [a, b, c, d, e].join('-');
}
