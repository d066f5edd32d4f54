import { fen, type Fen } from '../../domain';
import { parseBeijing } from '../beijing-time';

/** What a bill says that cannot be: a column that is missing, a cell that is no amount, sums that do not add up. */
export class BillMalformed extends Error {
  override readonly name = 'BillMalformed';
}

/** Columns by their names, so that a new one among them changes nothing. */
export class Columns<Name extends string> {
  private readonly positions: Readonly<Record<string, number>>;
  readonly count: number;
  /** Many rows of a bill are of one second: its text is read once. */
  private last = { text: '', instant: new Date(Number.NaN) };

  /** Throws BillMalformed where one of the names is missing. */
  constructor(header: readonly string[], names: readonly Name[]) {
    const positions = Object.fromEntries(header.map((name, index) => [name.trim(), index]));
    const missing = names.find((name) => positions[name] === undefined);
    if (missing !== undefined) throw new BillMalformed(`no column ${missing}`);
    this.positions = positions;
    this.count = header.length;
  }

  /** A cell without the blanks around it. */
  text(cells: readonly string[], name: Name): string {
    return cells[this.positions[name] ?? -1]?.trim() ?? '';
  }

  yuan(cells: readonly string[], name: Name): Fen {
    return readYuan(this.text(cells, name));
  }

  time(cells: readonly string[], name: Name): Date {
    const text = this.text(cells, name);
    if (text === this.last.text) return this.last.instant;
    const instant = parseBeijing(text);
    if (instant === undefined) throw new BillMalformed(`${name} is not a time`);
    this.last = { text, instant };
    return instant;
  }
}

/**
 * Reads yuan with a sign and any number of decimals by its digits. WeChat Pay writes fees with five decimals and books
 * whole fen: what is below a fen is rounded half up, away from zero. Throws BillMalformed.
 */
export function readYuan(text: string): Fen {
  const match = /^([-+]?)(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) throw new BillMalformed(`not an amount: ${text.slice(0, 32)}`);
  const [, sign, whole, decimals = ''] = match;
  const cents = Number(decimals.slice(0, 2).padEnd(2, '0'));
  const roundsUp = Number(decimals.charAt(2) || '0') >= 5 ? 1 : 0;
  const value = Number(whole) * 100 + cents + roundsUp;
  return fen(sign === '-' ? -value : value);
}

/** Cells of one line of CSV: quoted where they hold commas or quotes (RFC 4180), blanks around them kept. */
export function readCsv(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"([^,]*)|([^,]*))(,|$)/gy;
  for (let match = cell.exec(line); match !== null; match = cell.exec(line)) {
    const [, quoted, tail = '', plain = '', end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + tail);
    if (end === '') break;
  }
  return cells;
}
