import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';

import {
  checkFees,
  compileFees,
  fen,
  feeOfTrace,
  formatYuan,
  parseYuan,
  type Fen,
  type FeeQuestion,
  type FeeRule,
} from '../../../cloud/domain';

type Row = Readonly<Record<string, string>>;

const table = (name: string): readonly Row[] =>
  parse(readFileSync(path.join(__dirname, 'examples', name)), { columns: true, trim: true, bom: true });

const cell = (row: Row, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
};
const yuan = (text: string): Fen => {
  const amount = parseYuan(text);
  if (amount === undefined) throw new Error(`not an amount: ${text}`);
  return amount;
};
const shanghai = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
const values = (text: string) => (text === '' ? undefined : text.split(/\s+/));

function tiersFrom(text: string): FeeRule['tiers'] {
  return text.split(';').map((step) => {
    const [, upTo, rate, fixed] =
      /^(?:up to ([\d.]+):)?\s*(?:([\d.]+)%)?\s*(?:\+([\d.]+))?$/.exec(step.trim()) ?? [];
    if (rate === undefined && fixed === undefined) throw new Error(`not a tier: ${step}`);
    return {
      upToFen: upTo === undefined ? null : yuan(upTo),
      ratePpm: Math.round(Number(rate ?? 0) * 10_000),
      fixedFen: yuan(fixed ?? '0'),
    };
  });
}

const ruleFrom = (row: Row): FeeRule => ({
  id: cell(row, 'rule'),
  priority: Number(cell(row, 'priority')),
  when: {
    scenes: values(cell(row, 'scenes')),
    methods: values(cell(row, 'methods')),
    cardTypes: values(cell(row, 'card types')),
    banks: values(cell(row, 'banks')),
    hosts: values(cell(row, 'hosts')),
    categories: values(cell(row, 'categories')),
    userTiers: values(cell(row, 'user tiers')),
  } as FeeRule['when'],
  effectiveFromMs: cell(row, 'from') === '' ? null : shanghai(cell(row, 'from')),
  effectiveToMs: cell(row, 'to') === '' ? null : shanghai(cell(row, 'to')),
  freePerPaymentFen: yuan(cell(row, 'free per payment (yuan)')),
  freePerMonthFen: yuan(cell(row, 'free per month (yuan)')),
  mode: cell(row, 'mode') as FeeRule['mode'],
  tiers: tiersFrom(cell(row, 'tiers')),
  feeFenMin: yuan(cell(row, 'minimum (yuan)')),
  feeFenMax: cell(row, 'maximum (yuan)') === '' ? null : yuan(cell(row, 'maximum (yuan)')),
  rounding: cell(row, 'rounding') as FeeRule['rounding'],
});

const sets = new Map<string, FeeRule[]>();
for (const row of table('rules.csv')) {
  const name = cell(row, 'set');
  sets.set(name, [...(sets.get(name) ?? []), ruleFrom(row)]);
}

test.each([...sets])('the set %s has nothing wrong with it', (_, rules) => {
  expect(checkFees(rules)).toEqual([]);
});

const examples = table('fees.csv');
test('there are at least forty examples', () => expect(examples.length).toBeGreaterThanOrEqual(40));

test.each(examples.map((row, index) => [index + 2, cell(row, 'why'), row] as const))(
  'row %i: %s',
  (_, __, row) => {
    const optional = (column: string) => cell(row, column) || undefined;
    const question = {
      scene: cell(row, 'scene'),
      method: cell(row, 'method'),
      cardType: optional('card type'),
      bank: optional('bank'),
      host: cell(row, 'host'),
      category: optional('category'),
      userTier: cell(row, 'user tier'),
      atMs: shanghai(cell(row, 'at (Shanghai)')),
      amountFen: yuan(cell(row, 'amount (yuan)')),
      allowanceUsedFen: { [cell(row, 'rule')]: yuan(cell(row, 'used this month (yuan)')) },
    } as FeeQuestion;
    const trace = compileFees({ version: 1, rules: sets.get(cell(row, 'set')) ?? [] }).charge(question);
    expect([formatYuan(trace?.feeFen ?? fen(0)), trace?.ruleId]).toEqual([
      cell(row, 'fee (yuan)'),
      cell(row, 'rule'),
    ]);
    expect(trace && feeOfTrace(trace)).toBe(trace?.feeFen);
  },
);
