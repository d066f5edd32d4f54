import { CARD_TYPES, checkFees, FEE_CATEGORIES, type FeeRule } from '../../../cloud/domain';
import { feeRule } from '../../support/fee-rules';

test.each<[string, readonly FeeRule['when'][], Readonly<Record<string, string>>]>([
  ['a method', [{ methods: ['wechat', 'bankcard'] }], { method: 'alipay' }],
  ['a scene', [{ scenes: ['merchant_payment', 'transfer'] }], { scene: 'bill' }],
  ['a kind of card', [{ methods: ['wechat', 'alipay'] }, { cardTypes: ['debit'] }], { cardType: 'credit' }],
])('a rule for all but %s leaves a gap there alone', (_, conditions, facts) => {
  const gaps = checkFees(conditions.map((when, place) => feeRule(`rule_${place}`, { when })));
  expect(gaps.length).toBeGreaterThan(0);
  for (const gap of gaps) expect(gap).toMatchObject({ kind: 'gap', facts });
});

test('nothing is asked of a payment that there cannot be: a bill without a category, a card without a bank', () => {
  const rules = [
    feeRule('merchants', { when: { categories: FEE_CATEGORIES } }),
    feeRule('people', { when: { scenes: ['transfer'] } }),
  ];
  expect(checkFees(rules)).toEqual([]);
  const cards = feeRule('cards', { when: { cardTypes: CARD_TYPES } });
  expect(checkFees([cards, feeRule('others', { when: { methods: ['wechat', 'alipay'] } })])).toEqual([]);
});

test('rules that meet in transfers by card alone overlap', () => {
  const rules = [
    feeRule('rest'),
    feeRule('cards', { priority: 1, when: { methods: ['bankcard'] } }),
    feeRule('transfers', { priority: 1, when: { scenes: ['transfer'] } }),
  ];
  expect(checkFees(rules)).toMatchObject([
    { kind: 'overlap', ruleIds: ['cards', 'transfers'], facts: { scene: 'transfer', method: 'bankcard' } },
  ]);
});

test('a gap in time is between rules that are for the payment, whatever else ends and begins then', () => {
  const bills: FeeRule['when'] = { scenes: ['bill'] };
  const others: FeeRule['when'] = { scenes: ['merchant_payment', 'transfer'] };
  const gaps = checkFees([
    feeRule('old_bills', { when: bills, effectiveToMs: 1_000 }),
    feeRule('bills', { when: bills, effectiveFromMs: 1_000, effectiveToMs: 2_000 }),
    feeRule('new_bills', { when: bills, effectiveFromMs: 2_000 }),
    feeRule('old_others', { when: others, effectiveToMs: 1_000 }),
    feeRule('new_others', { when: others, effectiveFromMs: 2_000 }),
  ]);
  expect(gaps).toHaveLength(4);
  for (const gap of gaps) expect(gap).toMatchObject({ after: 'old_others', before: 'new_others' });
});
