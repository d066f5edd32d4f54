import { type Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import { movesMoney, type PayeeKind, type RiskAction, type RiskEvent } from '../../domain/risk';

/** A row of a labelled file. The label lies beside the event, never in it. */
export interface LabelledEvent {
  readonly event: RiskEvent;
  /** Undefined where no money moves. */
  readonly isFraud: boolean | undefined;
}

/** A file that cannot be evaluated; the message names the line. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

const COLUMNS = [
  'at',
  'user',
  'device',
  'city',
  'action',
  'payee',
  'payee_kind',
  'amount',
  'is_fraud',
] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

const ACTIONS: ReadonlySet<string> = new Set<RiskAction>([
  'login',
  'pin_fail',
  'bind_card',
  'pay',
  'transfer',
]);
const PAYEE_KINDS: ReadonlySet<string> = new Set<PayeeKind>(['merchant', 'person', '']);
/** ISO 8601 with at least minutes; a time that names no zone is UTC. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const FEN = /^\d{1,15}$/;

const isAction = (text: string): text is RiskAction => ACTIONS.has(text);
const isPayeeKind = (text: string): text is PayeeKind => PAYEE_KINDS.has(text);

/** ms since 1970 UTC; undefined for what is no instant. */
export function readInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = match;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const colon = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const atMs = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}.${ms}${colon}`);
  // Date.parse takes 30 February for 2 March.
  const isDay = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
  return isDay && Number.isFinite(atMs) ? atMs : undefined;
}

/** One row as an event and its label. Throws RowError with what is wrong and where. */
export function readRow(row: Row, line: number): LabelledEvent {
  const fail = (column: keyof Row, wanted: string): never => {
    throw new RowError(`line ${line}: ${column} must be ${wanted}, not ${JSON.stringify(row[column])}`);
  };
  const atMs = readInstant(row.at) ?? fail('at', 'an ISO instant such as 2026-01-31T08:00:00Z');
  if (row.user === '') fail('user', 'the name of an account');
  const action = isAction(row.action) ? row.action : fail('action', [...ACTIONS].join(', '));
  const payeeKind = isPayeeKind(row.payee_kind)
    ? row.payee_kind
    : fail('payee_kind', 'merchant, person or empty');
  const { user, device, city, payee } = row;
  const event = { atMs, user, device, city, action, payee, payeeKind, amountFen: Number(row.amount) };
  if (!movesMoney(event)) return { event: { ...event, amountFen: 0 }, isFraud: undefined };
  if (!FEN.test(row.amount)) fail('amount', 'a whole number of fen');
  if (row.is_fraud !== '0' && row.is_fraud !== '1') fail('is_fraud', '0 or 1 where money moves');
  return { event, isFraud: row.is_fraud === '1' };
}

/** Where columns stand, and that all do. */
function readHeader(header: readonly string[]): string[] {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new RowError(`line 1: the header lacks ${missing.join(', ')}`);
  return [...header];
}

/** Reads a labelled file row by row, in its own order. Throws RowError. */
export async function* readRows(file: Readable): AsyncGenerator<LabelledEvent> {
  const parser = file.pipe(
    parse({
      bom: true,
      columns: readHeader,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }),
  );
  file.once('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Row; info: { lines: number } }>) {
      yield readRow(record, info.lines);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new RowError(error.message);
    throw error;
  }
}
