import type { Client } from 'pg';

/** Rows as PostgreSQL writes them in JSON, as far as the auditor looks at them. Amounts in fen, times as ISO text. */
export interface OrderRow {
  readonly id: string;
  readonly account_id: string;
  readonly merchant_id: string;
  readonly remark: string;
  readonly state: string;
  readonly method: string;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly total_fen: number;
  readonly points: number;
  readonly refunded_fen: number;
}
/** Kept when its order ends, since only what is there is seen: it is looked at for orders that wait. */
export interface OpenOrderRow {
  readonly order_id: string;
  readonly claimed_until: string | null;
}
export interface AttemptRow {
  readonly id: string;
  readonly order_id: string;
  readonly account_id: string;
  readonly method: string;
  readonly gateway: 'wechatpay' | 'alipay';
  readonly state: string;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly total_fen: number;
  readonly points: number;
}
export interface HistoryRow {
  readonly order_id: string;
  readonly id: number;
  readonly subject: string;
  readonly subject_id: string;
  readonly from_state: string | null;
  readonly to_state: string;
}
export interface PostingRow {
  readonly id: string;
  readonly kind: string;
  readonly order_id: string;
  readonly attempt_id: string;
  readonly accounts: readonly string[];
  readonly units: readonly string[];
  readonly amounts: readonly number[];
}
export interface EntryRow {
  readonly posting_id: string;
  readonly account: string;
  readonly unit: string;
  readonly amount: number;
}
export interface RefundRow {
  readonly id: string;
  readonly attempt_id: string;
  readonly order_id: string;
  readonly gateway: 'wechatpay' | 'alipay';
  readonly refund_fen: number;
  readonly state: string;
  readonly claimed_until: string | null;
}
export interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly completed_at: string | null;
  readonly dead_at: string | null;
}
export interface InboxRow {
  readonly gateway: string;
  readonly notification_id: string;
  readonly applied_at: string | null;
}

interface Rows {
  orders: OrderRow;
  open_orders: OpenOrderRow;
  attempts: AttemptRow;
  history: HistoryRow;
  postings: PostingRow;
  refunds: RefundRow;
  outbox: OutboxRow;
  inbox: InboxRow;
}
type Table = keyof Rows;

/** What tells the rows of a table apart. */
const KEYS: { readonly [T in Table]: (row: Rows[T]) => string } = {
  orders: (row) => row.id,
  open_orders: (row) => row.order_id,
  attempts: (row) => row.id,
  history: (row) => String(row.id),
  postings: (row) => row.id,
  refunds: (row) => row.id,
  outbox: (row) => row.id,
  inbox: (row) => `${row.gateway} ${row.notification_id}`,
};
const TABLES = Object.keys(KEYS) as readonly Table[];
/** What is written once and never touched again. */
const APPEND_ONLY: readonly Table[] = ['history', 'postings'];

/** Every row that a transaction wrote which the snapshot had not seen yet, and the snapshot to ask with next time. */
const CHANGES = `select pg_current_snapshot()::text as snapshot, ${TABLES.map(
  (table) => `(select coalesce(json_agg(t), '[]') from ${table} t
    where not pg_visible_in_snapshot(xmin::text::xid8, $1::pg_snapshot)) as ${table}`,
).join(', ')}`;
/** A snapshot before everything. */
const NOTHING = '3:3:';

type Changes = { readonly [T in Table]: readonly Rows[T][] } & { readonly snapshot: string };

const groupBy = <Row>(rows: Iterable<Row>, keyOf: (row: Row) => string): Map<string, Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
};

/** The auditor's own copy of the database, kept up to date by what changes. */
export class Mirror {
  readonly orders = new Map<string, OrderRow>();
  readonly open_orders = new Map<string, OpenOrderRow>();
  readonly attempts = new Map<string, AttemptRow>();
  readonly history = new Map<string, HistoryRow>();
  readonly postings = new Map<string, PostingRow>();
  readonly refunds = new Map<string, RefundRow>();
  readonly outbox = new Map<string, OutboxRow>();
  readonly inbox = new Map<string, InboxRow>();
  /** Balances by account and unit. */
  readonly balances = new Map<string, number>();
  private readonly ofOrder = {
    attempts: new Map<string, Set<string>>(),
    history: new Map<string, HistoryRow[]>(),
    postings: new Map<string, PostingRow[]>(),
  };
  private readonly entriesOf = new Map<string, EntryRow[]>();
  private snapshot = NOTHING;

  constructor(private readonly database: Client) {}

  /** Reads what changed. Answers the orders it is about, and what was changed that must never be. */
  async follow(): Promise<{ readonly orders: ReadonlySet<string>; readonly tampered: readonly string[] }> {
    const changes = await this.read(this.snapshot);
    this.snapshot = changes.snapshot;
    const touched = new Set<string>();
    const tampered: string[] = [];
    for (const table of APPEND_ONLY) {
      for (const row of changes[table]) {
        const key = (KEYS[table] as (row: unknown) => string)(row);
        if (this[table].has(key)) tampered.push(`${table} ${key} was changed`);
      }
    }
    for (const row of changes.orders) touched.add(row.id);
    for (const row of changes.attempts) add(this.ofOrder.attempts, row.order_id, row.id);
    for (const row of [...changes.attempts, ...changes.refunds, ...changes.history, ...changes.postings]) {
      touched.add(row.order_id);
    }
    for (const row of changes.history) push(this.ofOrder.history, row.order_id, row);
    for (const row of changes.postings) {
      push(this.ofOrder.postings, row.order_id, row);
      for (const entry of entriesIn(row)) {
        push(this.entriesOf, row.id, entry);
        const account = `${entry.account} ${entry.unit}`;
        this.balances.set(account, (this.balances.get(account) ?? 0) + entry.amount);
      }
    }
    for (const table of TABLES) this.keep(table, changes[table]);
    for (const row of changes.outbox) touched.add(String(row.payload.orderId));
    touched.delete('');
    return { orders: touched, tampered };
  }

  /** Reads everything anew; what the copy holds and the database no longer does, or the other way round. */
  async compare(): Promise<readonly string[]> {
    const everything = await this.read(NOTHING);
    return TABLES.filter((table) => table !== 'open_orders').flatMap((table) => {
      const keyOf = KEYS[table] as (row: unknown) => string;
      const now = new Set((everything[table] as readonly unknown[]).map(keyOf));
      const gone = [...this[table].keys()].filter((key) => !now.has(key));
      const unseen = [...now].filter((key) => !this[table].has(key));
      return [
        ...gone.map((key) => `${table} ${key} is gone`),
        ...unseen.map((key) => `${table} ${key} was never seen to change`),
      ];
    });
  }

  attemptsOf(orderId: string): readonly AttemptRow[] {
    return [...(this.ofOrder.attempts.get(orderId) ?? [])].flatMap((id) => this.attempts.get(id) ?? []);
  }

  /** In the order in which it was written. */
  historyOf(orderId: string): ReadonlyMap<string, readonly HistoryRow[]> {
    const rows = [...(this.ofOrder.history.get(orderId) ?? [])].sort((a, b) => a.id - b.id);
    return groupBy(rows, (row) => `${row.subject} ${row.subject_id}`);
  }

  postingsOf(orderId: string): readonly PostingRow[] {
    return this.ofOrder.postings.get(orderId) ?? [];
  }

  entriesOfPosting(postingId: string): readonly EntryRow[] {
    return this.entriesOf.get(postingId) ?? [];
  }

  refundsOf(orderId: string): readonly RefundRow[] {
    return [...this.refunds.values()].filter((refund) => refund.order_id === orderId);
  }

  /** The attempt behind a gateway's `out_trade_no`. */
  attemptOf(outTradeNo: string): AttemptRow | undefined {
    const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(outTradeNo) ?? [];
    return this.attempts.get([a, b, c, d, e].join('-'));
  }

  private keep<T extends Table>(table: T, rows: readonly Rows[T][]): void {
    const known = this[table] as unknown as Map<string, Rows[T]>;
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

const entriesIn = (posting: PostingRow): readonly EntryRow[] =>
  posting.accounts.map((account, place) => ({
    posting_id: posting.id,
    account,
    unit: posting.units[place] ?? '',
    amount: posting.amounts[place] ?? Number.NaN,
  }));

function push<Row>(groups: Map<string, Row[]>, key: string, row: Row): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [row]);
  else group.push(row);
}

function add(groups: Map<string, Set<string>>, key: string, value: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([value]));
  else group.add(value);
}
