import { readFileSync } from 'node:fs';

import { parse } from 'csv-parse/sync';

import { parseYuan, type Fen } from '../../cloud/domain/money';

/** One row of a table that people of finance keep, by the headings of its columns. */
export type Row = Readonly<Record<string, string>>;

/** The rows of a table, as spreadsheets save them. */
export const rowsOf = (file: string): readonly Row[] =>
  parse(readFileSync(file), { columns: true, trim: true, bom: true });

/** What stands in a column. Throws Error where there is no such column. */
export function cell(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
}

/** An amount in yuan. Throws Error for anything else. */
export function yuan(text: string): Fen {
  const amount = parseYuan(text);
  if (amount === undefined) throw new Error(`not an amount: ${text}`);
  return amount;
}

/** A minute in Shanghai, as `2026-11-24 12:00`, in ms since 1970 UTC. */
export const shanghaiMs = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);

/** Several values with spaces between; undefined where the cell is empty. */
export const valuesOf = (text: string): readonly string[] | undefined =>
  text === '' ? undefined : text.split(/\s+/);

/** Percent as parts per million. Throws Error for anything else. */
export function ppmOf(text: string): number {
  const [, percent] = /^([\d.]+)%$/.exec(text) ?? [];
  if (percent === undefined) throw new Error(`not a share: ${text}`);
  return Math.round(Number(percent) * 10_000);
}

/** Rows as `test.each` takes them: the number of the row in the file, why it is right, and the row. */
export const examplesIn = (rows: readonly Row[]): readonly (readonly [number, string, Row])[] =>
  rows.map((row, index) => [index + 2, cell(row, 'why'), row]);
