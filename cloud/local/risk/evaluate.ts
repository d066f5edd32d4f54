import { type Readable } from 'node:stream';

import { NO_LISTS, Replay, RULE_BOOK, TARGET } from '../../domain/risk';
import { readRows, type LabelledEvent } from './rows';
import { Score, type Figures } from './score';

const PROGRESS_EVERY_ROWS = 50_000;

export interface Evaluation extends Figures {
  readonly rows: number;
  /** Time to judge one row and take note of it, ms. */
  readonly p50: number;
  readonly p99: number;
}

/** Judges rows in order of time with a fresh store; rows of one instant stay in the order of the file. */
export function evaluateRows(
  rows: readonly LabelledEvent[],
  now: () => number,
  say: (line: string) => void,
): Evaluation {
  const ordered = [...rows].sort((one, other) => one.event.atMs - other.event.atMs);
  const replay = new Replay({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
  const score = new Score();
  const tookMs = new Float64Array(ordered.length);
  ordered.forEach(({ event, isFraud }, place) => {
    const startedAt = now();
    const { held } = replay.next(event);
    tookMs[place] = now() - startedAt;
    if (isFraud !== undefined) score.add(isFraud, held);
    const done = place + 1;
    if (done % PROGRESS_EVERY_ROWS === 0) say(`${done}/${ordered.length} rows judged`);
  });
  tookMs.sort();
  const percentile = (share: number): number =>
    Number((tookMs[Math.floor(share * tookMs.length)] ?? 0).toFixed(4));
  return { rows: ordered.length, ...score.figures(), p50: percentile(0.5), p99: percentile(0.99) };
}

/** Reads a file and judges it. Throws RowError for a file that cannot be read as rows. */
export async function evaluateFile(
  file: Readable,
  now: () => number,
  say: (line: string) => void,
): Promise<Evaluation> {
  const rows: LabelledEvent[] = [];
  for await (const row of readRows(file)) {
    rows.push(row);
    if (rows.length % PROGRESS_EVERY_ROWS === 0) say(`${rows.length} rows read`);
  }
  return evaluateRows(rows, now, say);
}
