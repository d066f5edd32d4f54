import path from 'node:path';

import {
  checkFees,
  compileFees,
  fen,
  feeOfTrace,
  formatYuan,
  type FeeQuestion,
  type FeeRule,
} from '../../../cloud/domain';
import {
  cell,
  examplesIn,
  ppmOf,
  rowsOf,
  shanghaiMs,
  valuesOf,
  yuan,
  type Row,
} from '../../support/worked-examples';

const table = (name: string): readonly Row[] => rowsOf(path.join(__dirname, 'examples', name));

function tiersFrom(text: string): FeeRule['tiers'] {
  return text.split(';').map((step) => {
    const [, upTo, rate, fixed] =
      /^(?:up to ([\d.]+):)?\s*([\d.]+%)?\s*(?:\+([\d.]+))?$/.exec(step.trim()) ?? [];
    if (rate === undefined && fixed === undefined) throw new Error(`not a tier: ${step}`);
    return {
      upToFen: upTo === undefined ? null : yuan(upTo),
      ratePpm: ppmOf(rate ?? '0%'),
      fixedFen: yuan(fixed ?? '0'),
    };
  });
}

const ruleFrom = (row: Row): FeeRule => ({
  id: cell(row, 'rule'),
  priority: Number(cell(row, 'priority')),
  when: {
    scenes: valuesOf(cell(row, 'scenes')),
    methods: valuesOf(cell(row, 'methods')),
    cardTypes: valuesOf(cell(row, 'card types')),
    banks: valuesOf(cell(row, 'banks')),
    hosts: valuesOf(cell(row, 'hosts')),
    categories: valuesOf(cell(row, 'categories')),
    userTiers: valuesOf(cell(row, 'user tiers')),
  } as FeeRule['when'],
  effectiveFromMs: cell(row, 'from') === '' ? null : shanghaiMs(cell(row, 'from')),
  effectiveToMs: cell(row, 'to') === '' ? null : shanghaiMs(cell(row, 'to')),
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

test.each(examplesIn(examples))('row %i: %s', (_, __, row) => {
  const optional = (column: string) => cell(row, column) || undefined;
  const question = {
    scene: cell(row, 'scene'),
    method: cell(row, 'method'),
    cardType: optional('card type'),
    bank: optional('bank'),
    host: cell(row, 'host'),
    category: optional('category'),
    userTier: cell(row, 'user tier'),
    atMs: shanghaiMs(cell(row, 'at (Shanghai)')),
    amountFen: yuan(cell(row, 'amount (yuan)')),
    allowanceUsedFen: { [cell(row, 'rule')]: yuan(cell(row, 'used this month (yuan)')) },
  } as FeeQuestion;
  const trace = compileFees({ version: 1, rules: sets.get(cell(row, 'set')) ?? [] }).charge(question);
  expect([formatYuan(trace?.feeFen ?? fen(0)), trace?.ruleId]).toEqual([
    cell(row, 'fee (yuan)'),
    cell(row, 'rule'),
  ]);
  expect(trace && feeOfTrace(trace)).toBe(trace?.feeFen);
});
