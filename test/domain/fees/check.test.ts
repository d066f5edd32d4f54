import fc from 'fast-check';

import {
  CARD_TYPES,
  checkFees,
  FEE_CATEGORIES,
  FEE_HOSTS,
  FEE_METHODS,
  fen,
  SCENES,
  USER_TIERS,
  type FeeFinding,
  type FeeQuestion,
  type FeeRule,
} from '../../../cloud/domain';
import { applies, BANKS, feeRule, INSTANTS } from '../../support/fee-rules';

/** One instant of each stretch of time in which the same rules are in effect. */
const TIMES = [0, ...INSTANTS];
/** A bank that no rule names. */
const OTHER = 'SPDB';

type Facts = Omit<FeeQuestion, 'amountFen' | 'allowanceUsedFen' | 'atMs'>;

/** Every payment that there can be, without its time, in the parts in which gaps are looked for. */
const PARTS: readonly (readonly Facts[])[] = [false, true].flatMap((withCard) =>
  [false, true].map((toPerson) => {
    const methods = FEE_METHODS.filter((method) => (method === 'bankcard') === withCard);
    const scenes = SCENES.filter((scene) => (scene === 'transfer') === toPerson);
    const cards = withCard
      ? CARD_TYPES.flatMap((cardType) => [...BANKS, OTHER].map((bank) => ({ cardType, bank })))
      : [{}];
    const categories = toPerson ? [{}] : FEE_CATEGORIES.map((category) => ({ category }));
    const people = FEE_HOSTS.flatMap((host) => USER_TIERS.map((userTier) => ({ host, userTier })));
    return scenes.flatMap((scene) =>
      methods.flatMap((method) =>
        cards.flatMap((card) =>
          categories.flatMap((what) => people.map((who) => ({ scene, method, ...card, ...what, ...who }))),
        ),
      ),
    );
  }),
);
const payment = (facts: Facts, atMs: number): FeeQuestion => ({
  ...facts,
  atMs,
  amountFen: fen(1),
  allowanceUsedFen: {},
});
const keyOf = (facts: Facts): string => Object.entries(facts).sort().join();
const KEYS = PARTS.map((part) => new Set(part.map(keyOf)));
/** Those of every part at every time. */
const PAYMENTS_BY_PART = PARTS.map((part) =>
  part.flatMap((facts) => TIMES.map((atMs) => payment(facts, atMs))),
);
const PAYMENTS = PAYMENTS_BY_PART.flat();

const some = <Value>(...values: readonly Value[]) =>
  fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined, freq: 1 });

/** Rules of which some hide others, meet others of their priority or leave gaps, in facts and in time. */
const rulesOfAnyKind: fc.Arbitrary<readonly FeeRule[]> = fc
  .array(
    fc.record({
      priority: fc.nat(3),
      when: fc.record({
        scenes: some(...SCENES),
        methods: some(...FEE_METHODS),
        cardTypes: some(...CARD_TYPES),
        banks: some(...BANKS),
        hosts: some(...FEE_HOSTS),
        categories: fc.oneof(some(...FEE_CATEGORIES.slice(0, 2)), some(...FEE_CATEGORIES)),
        userTiers: some(...USER_TIERS),
      }),
      left: fc.uniqueArray(fc.constantFrom(...(['methods', 'hosts', 'banks', 'categories'] as const)), {
        maxLength: 2,
      }),
      times: fc.constantFrom(
        ...[null, ...INSTANTS].flatMap((from) =>
          [null, null, ...INSTANTS].flatMap((to) =>
            from !== null && to !== null && from >= to ? [] : [[from, to] as const],
          ),
        ),
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rules) =>
    rules.map(({ priority, when, left, times: [effectiveFromMs, effectiveToMs] }, index) => {
      // Rules of one or two conditions hide each other far more often than those of seven.
      const kept = Object.fromEntries(left.map((condition) => [condition, when[condition]]));
      return feeRule(`rule_${index}`, {
        priority,
        when: index % 4 === 3 ? when : kept,
        effectiveFromMs,
        effectiveToMs,
      });
    }),
  );

/** A rule and all payments that it applies to. */
interface Taking {
  readonly rule: FeeRule;
  readonly payments: readonly FeeQuestion[];
  readonly takes: ReadonlySet<FeeQuestion>;
}

function takingOf(rule: FeeRule): Taking {
  const payments = PAYMENTS.filter((one) => applies(rule, one));
  return { rule, payments, takes: new Set(payments) };
}

/** Rules that are hidden, and by which. */
function hiddenIn(rules: readonly Taking[]): readonly FeeFinding[] {
  return rules.flatMap(({ rule, payments: own }): readonly FeeFinding[] => {
    const takeAll = (those: readonly Taking[]): boolean =>
      own.every((one) => those.some((other) => other.takes.has(one)));
    const higher = rules.filter((other) => other.rule.priority > rule.priority);
    if (!takeAll(higher)) return [];
    const meeting = higher.filter((other) => own.some((one) => other.takes.has(one)));
    const alone = meeting.find((other) => takeAll([other]));
    const together = meeting.reduce((kept, other) => {
      const others = kept.filter((one) => one !== other);
      return takeAll(others) ? others : kept;
    }, meeting);
    const by = alone === undefined ? together : [alone];
    return [{ kind: 'unreachable', ruleId: rule.id, by: by.map((other) => other.rule.id) }];
  });
}

/** Pairs of rules that meet, by the place of the later. */
const overlapsIn = (rules: readonly Taking[]): readonly (readonly [string, string])[] =>
  rules.flatMap((later, place) =>
    rules
      .slice(0, place)
      .filter(
        (earlier) =>
          earlier.rule.priority === later.rule.priority &&
          later.payments.some((one) => earlier.takes.has(one)),
      )
      .map((earlier) => [earlier.rule.id, later.rule.id] as const),
  );

/** The payment that a finding shows. */
const shown = ({ facts }: { readonly facts: Readonly<Record<string, string>> }): Facts =>
  ({ ...facts, ...(facts.bank === 'other' && { bank: OTHER }) }) as unknown as Facts;
const found = <Kind extends FeeFinding['kind']>(findings: readonly FeeFinding[], kind: Kind) =>
  findings.filter((finding): finding is Extract<FeeFinding, { kind: Kind }> => finding.kind === kind);

test('finds of any rules what looking at every payment finds', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(rulesOfAnyKind, (rules) => {
      const findings = checkFees(rules);
      const taking = rules.map(takingOf);
      for (const { kind } of findings) kinds.add(kind);
      const overlaps = found(findings, 'overlap');
      expect(overlaps.map(({ ruleIds }) => ruleIds)).toEqual(overlapsIn(taking));
      for (const overlap of overlaps) {
        const both = rules.filter(({ id }) => overlap.ruleIds.includes(id));
        const meetAt = TIMES.filter((atMs) =>
          both.every((rule) => applies(rule, payment(shown(overlap), atMs))),
        );
        expect(meetAt).not.toEqual([]);
      }
      expect(found(findings, 'unreachable')).toEqual(hiddenIn(taking));

      const isFree = (facts: Facts, atMs: number): boolean =>
        !rules.some((rule) => applies(rule, payment(facts, atMs)));
      const gaps = found(findings, 'gap');
      const open = PAYMENTS_BY_PART.flatMap((part, place) =>
        part.some((one) => taking.every(({ takes }) => !takes.has(one))) ? [KEYS[place]] : [],
      );
      expect(gaps).toHaveLength(open.length);
      for (const [place, gap] of gaps.entries()) {
        const facts = shown(gap);
        expect(open[place]?.has(keyOf(facts))).toBe(true);
        const { fromMs, toMs } = gap;
        const within = [fromMs ?? 0, ...TIMES, (toMs ?? 4_000) - 1].filter(
          (atMs) => atMs >= (fromMs ?? -Infinity) && atMs < (toMs ?? Infinity),
        );
        expect(within.every((atMs) => isFree(facts, atMs))).toBe(true);
        // It is as long as it can be, and the first rules that end and begin with it are named.
        expect(fromMs !== null && isFree(facts, fromMs - 1)).toBe(false);
        expect(toMs !== null && isFree(facts, toMs)).toBe(false);
        const beside = rules.filter((rule) => TIMES.some((atMs) => applies(rule, payment(facts, atMs))));
        const after = beside.find(({ effectiveToMs }) => effectiveToMs !== null && effectiveToMs === fromMs);
        const before = beside.find(
          ({ effectiveFromMs }) => effectiveFromMs !== null && effectiveFromMs === toMs,
        );
        expect([gap.after, gap.before]).toEqual([after?.id ?? null, before?.id ?? null]);
      }
    }),
    { numRuns: 25 },
  );
  expect([...kinds].sort()).toEqual(['gap', 'overlap', 'unreachable']);
});

test('looks through a thousand rules that each name a bank, in few steps', () => {
  const inTurn = (from: number) =>
    Array.from({ length: 1_000 }, (_, place) =>
      feeRule(`bank_${place}`, { priority: from + (place % 2), when: { banks: [`B${place}`] } }),
    );
  expect(checkFees([feeRule('rest'), ...inTurn(1)], 20_000)).toEqual([]);
  expect(checkFees([feeRule('rest', { priority: 9 }), ...inTurn(1)], 20_000).slice(0, 2)).toEqual([
    { kind: 'unreachable', ruleId: 'bank_0', by: ['rest'] },
    { kind: 'unreachable', ruleId: 'bank_1', by: ['rest'] },
  ]);
  const gaps = found(checkFees(inTurn(1), 20_000), 'gap');
  expect(gaps.map(({ facts }) => facts.bank)).toEqual([undefined, undefined, 'other', 'other']);
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
  const findings = checkFees([feeRule('rest'), twin(1, 'weapp'), twin(2, 'h5'), twin(3, 'h5')]);
  expect(found(findings, 'repeated_id')).toEqual([{ kind: 'repeated_id', ruleId: 'twin' }]);
});

test('fifty findings are told and no more, of one kind or of several', () => {
  const alike = (count: number, from: number) =>
    Array.from({ length: count }, (_, place) => feeRule(`rule_${place}`, { priority: from + place }));
  const kindsOf = (rules: readonly FeeRule[]) => checkFees(rules).map(({ kind }) => kind);
  expect(kindsOf(alike(60, 1))).toEqual(Array<string>(50).fill('unreachable'));
  const peers = alike(20, 1).map((rule) => ({ ...rule, priority: 1 }));
  expect(kindsOf(peers)).toEqual(Array<string>(50).fill('overlap'));
  const twins = alike(60, 1).map((rule, place) => ({ ...rule, id: `rule_${place % 40}` }));
  expect(kindsOf(twins).filter((kind) => kind === 'repeated_id')).toHaveLength(20);
  expect(kindsOf(twins)).toHaveLength(50);
});

test('rules that divide payments too finely to be looked through are told as such, after what is found without', () => {
  const rules = [feeRule('one', { when: { hosts: ['h5'] } }), feeRule('other', { when: { hosts: ['h5'] } })];
  expect(checkFees(rules, 1).map(({ kind }) => kind)).toEqual(['overlap', 'too_complex']);
});

test('of many rules that hide another together, those are named that it takes', () => {
  // Both hosts of the hidden rule are taken bank by bank, one of them by wider rules besides.
  const banks = Array.from({ length: 40 }, (_, place) => `B${place}`);
  const hidden = feeRule('hidden', { priority: 1, when: { banks, hosts: ['h5', 'weapp'] } });
  const each = banks.map((bank) => feeRule(bank, { priority: 2, when: { banks: [bank] } }));
  const wide = feeRule('wide', { priority: 3, when: { hosts: ['h5'] } });
  const [first, second, ...others] = each;
  if (first === undefined || second === undefined) throw new Error('there are banks');
  const findings = checkFees([feeRule('rest'), hidden, wide, ...each]);
  expect(found(findings, 'unreachable')).toEqual([{ kind: 'unreachable', ruleId: 'hidden', by: banks }]);
  const weapp = feeRule('weapp', { priority: 4, when: { hosts: ['weapp'] } });
  expect(
    found(checkFees([feeRule('rest'), hidden, ...others, wide, weapp, second, first]), 'unreachable'),
  ).toEqual([{ kind: 'unreachable', ruleId: 'hidden', by: ['wide', 'weapp'] }]);
});
