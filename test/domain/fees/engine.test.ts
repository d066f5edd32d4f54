import fc from 'fast-check';

import { checkFees, compileFees, fen, type FeeQuestion, type FeeRule } from '../../../cloud/domain';
import { feeQuestions, feeRule, ruleLists } from '../../support/fee-rules';

/** Whether a rule applies, read off its words one by one. */
function applies({ when, effectiveFromMs, effectiveToMs }: FeeRule, question: FeeQuestion): boolean {
  const admits = (values: readonly string[] | undefined, value: string | undefined): boolean =>
    values === undefined || (value !== undefined && values.includes(value));
  return (
    admits(when.scenes, question.scene) &&
    admits(when.methods, question.method) &&
    admits(when.cardTypes, question.cardType) &&
    admits(when.banks, question.bank) &&
    admits(when.hosts, question.host) &&
    admits(when.categories, question.category) &&
    admits(when.userTiers, question.userTier) &&
    (effectiveFromMs === null || effectiveFromMs <= question.atMs) &&
    (effectiveToMs === null || question.atMs < effectiveToMs)
  );
}

/** The rules of the highest priority among those that apply. */
function deciding(rules: readonly FeeRule[], question: FeeQuestion): readonly string[] {
  const candidates = rules.filter((rule) => applies(rule, question));
  const highest = Math.max(...candidates.map(({ priority }) => priority));
  return candidates.filter(({ priority }) => priority === highest).map(({ id }) => id);
}

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

describe('checking a set of rules', () => {
  test('finds nothing only where one rule alone decides every payment', () => {
    let faultless = 0;
    fc.assert(
      fc.property(ruleLists, fc.array(feeQuestions, { minLength: 30, maxLength: 30 }), (rules, questions) => {
        // With a rule for everything below them all, gaps do not hide the other findings.
        const whole = [...rules.map((rule) => ({ ...rule, priority: rule.priority + 1 })), feeRule('rest')];
        const findings = checkFees(whole);
        const kinds = new Set(findings.map(({ kind }) => kind));
        if (findings.length === 0) faultless += 1;
        return questions.every((question) => {
          const ids = deciding(whole, question);
          if (ids.length > 1) return kinds.has('overlap');
          const [id] = ids;
          return !findings.some((finding) => finding.kind === 'unreachable' && finding.ruleId === id);
        });
      }),
      { numRuns: 300 },
    );
    expect(faultless).toBeGreaterThan(5);
  });

  test('finds a gap exactly where some payment falls under no rule', () => {
    fc.assert(
      fc.property(ruleLists, fc.array(feeQuestions, { minLength: 20, maxLength: 20 }), (rules, questions) => {
        const hasGap = checkFees(rules).some(({ kind }) => kind === 'gap');
        return hasGap || questions.every((question) => deciding(rules, question).length > 0);
      }),
      { numRuns: 300 },
    );
    expect(checkFees([feeRule('all')])).toEqual([]);
  });

  test('names both rules of an overlap, with a payment that shows it', () => {
    const rules = [
      feeRule('rest'),
      feeRule('food', { priority: 1, when: { categories: ['food'] } }),
      feeRule('wechat', { priority: 1, when: { methods: ['wechat'] } }),
    ];
    expect(checkFees(rules)).toEqual([
      {
        kind: 'overlap',
        ruleIds: ['food', 'wechat'],
        facts: expect.objectContaining({ method: 'wechat', category: 'food' }) as object,
      },
    ]);
  });

  test('rules that follow each other in time do not overlap and leave no gap; a day between them does', () => {
    const before = feeRule('before', { effectiveToMs: 1_000 });
    const after = feeRule('after', { effectiveFromMs: 1_000 });
    expect(checkFees([before, after])).toEqual([]);
    const late = feeRule('late', { effectiveFromMs: 2_000 });
    const [gap] = checkFees([before, late]);
    expect(gap).toMatchObject({ kind: 'gap', after: 'before', before: 'late', fromMs: 1_000, toMs: 2_000 });
  });

  test('names the rule that hides another, or the rules that do together', () => {
    const hidden = feeRule('hidden', { priority: 1, when: { methods: ['wechat'], hosts: ['weapp'] } });
    const one = feeRule('wide', { priority: 2, when: { methods: ['wechat', 'alipay'] } });
    expect(checkFees([feeRule('rest'), hidden, one])).toEqual([
      { kind: 'unreachable', ruleId: 'hidden', by: ['wide'] },
    ]);
    const bills = feeRule('bills', { priority: 2, when: { scenes: ['bill', 'transfer'] } });
    const shops = feeRule('shops', { priority: 2, when: { scenes: ['merchant_payment'] } });
    expect(checkFees([hidden, bills, shops])).toEqual([
      { kind: 'unreachable', ruleId: 'hidden', by: ['bills', 'shops'] },
    ]);
  });

  test('a rule for payments that there cannot be never applies', () => {
    const impossible = feeRule('impossible', { priority: 1, when: { methods: ['wechat'], banks: ['ICBC'] } });
    expect(checkFees([feeRule('rest'), impossible])).toEqual([
      { kind: 'unreachable', ruleId: 'impossible', by: [] },
    ]);
  });

  test('an id that is used twice is told once', () => {
    const twin = (priority: number, host: 'weapp' | 'h5') =>
      feeRule('twin', { priority, when: { hosts: [host] } });
    expect(checkFees([feeRule('rest'), twin(1, 'weapp'), twin(2, 'h5'), twin(3, 'h5')])).toContainEqual({
      kind: 'repeated_id',
      ruleId: 'twin',
    });
  });
});
