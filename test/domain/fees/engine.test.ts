import fc from 'fast-check';

import { compileFees, fen } from '../../../cloud/domain';
import { deciding, feeQuestions, feeRule, ruleLists } from '../../support/fee-rules';

test('the rule of the highest priority that applies decides', () => {
  fc.assert(
    fc.property(ruleLists, feeQuestions, (rules, question) => {
      const found = compileFees({ version: 1, rules }).ruleFor(question)?.id;
      const expected = deciding(rules, question);
      return found === undefined ? expected.length === 0 : expected.includes(found);
    }),
    { numRuns: 500 },
  );
});

test('among a thousand rules, each has its own payments', () => {
  const rules = Array.from({ length: 1_000 }, (_, index) =>
    feeRule(`bank_${index}`, { priority: index, when: { banks: [`B${index}`] } }),
  );
  const engine = compileFees({ version: 1, rules });
  const facts = { scene: 'transfer', method: 'bankcard', host: 'h5', userTier: 'gold', atMs: 0 } as const;
  expect(rules.every((rule, index) => engine.ruleFor({ ...facts, bank: `B${index}` }) === rule)).toBe(true);
  expect(engine.charge({ ...facts, amountFen: fen(100), allowanceUsedFen: {} })).toBeUndefined();
});

test('what was used of an allowance must be known where any rule has one, and counts for that rule', () => {
  const monthly = feeRule('monthly', { priority: 1, freePerMonthFen: fen(1_000), when: { hosts: ['h5'] } });
  const engine = compileFees({ version: 3, rules: [feeRule('rest'), monthly] });
  expect([engine.hasAllowances, compileFees({ version: 3, rules: [feeRule('rest')] }).hasAllowances]).toEqual(
    [true, false],
  );
  const facts = {
    scene: 'bill',
    method: 'wechat',
    userTier: 'gold',
    atMs: 0,
    amountFen: fen(9_000),
  } as const;
  const charged = (host: 'h5' | 'weapp', allowanceUsedFen: Readonly<Record<string, number>>) =>
    engine.charge({ ...facts, host, allowanceUsedFen });
  expect(charged('h5', {})).toMatchObject({ version: 3, freedByMonthFen: 1_000, feeFen: 8 });
  expect(charged('h5', { monthly: 1_000, rest: 9 })).toMatchObject({ freedByMonthFen: 0, feeFen: 9 });
  expect(charged('weapp', { monthly: 9 })).toMatchObject({ ruleId: 'rest', freedByMonthFen: 0 });
});
