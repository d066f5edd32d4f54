/** One row of a world. Written apart from the reader of the command, so that both are checked by one another. */
export interface WorldRow {
  /** ms since 1970 UTC. */
  readonly atMs: number;
  readonly user: string;
  readonly device: string;
  readonly city: string;
  readonly action: 'login' | 'pin_fail' | 'bind_card' | 'pay' | 'transfer';
  readonly payee: string;
  readonly payeeKind: 'merchant' | 'person' | '';
  readonly amountFen: number;
  readonly fraud: boolean;
  /** Why the row is there; told in reports, never in the file. */
  readonly story: string;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const HEADER = 'at,user,device,city,action,payee,payee_kind,amount,is_fraud';

/** Rows as the lines of a file, its header first. The label stands on pay and transfer rows alone. */
export function* linesOf(rows: readonly WorldRow[]): Generator<string> {
  yield HEADER;
  for (const row of rows) {
    const judged = row.action === 'pay' || row.action === 'transfer';
    yield [
      new Date(row.atMs).toISOString(),
      row.user,
      row.device,
      row.city,
      row.action,
      row.payee,
      row.payeeKind,
      judged ? row.amountFen : '',
      judged ? Number(row.fraud) : '',
    ].join(',');
  }
}

/** In order of time; rows of one instant stay as they were made. */
export const inOrder = (rows: readonly WorldRow[]): WorldRow[] =>
  [...rows].sort((one, other) => one.atMs - other.atMs);
