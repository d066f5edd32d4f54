import fc from 'fast-check';

import {
  CARD_TYPES,
  FEE_CATEGORIES,
  FEE_HOSTS,
  FEE_METHODS,
  fen,
  ROUNDINGS,
  SCENES,
  USER_TIERS,
  type FeeQuestion,
  type FeeRule,
} from '../../cloud/domain';

/** A rule as the operator's API takes it. */
export const asInput = ({ effectiveFromMs, effectiveToMs, ...rule }: FeeRule) => ({
  ...rule,
  effectiveFrom: effectiveFromMs === null ? null : new Date(effectiveFromMs).toISOString(),
  effectiveTo: effectiveToMs === null ? null : new Date(effectiveToMs).toISOString(),
});

/** A rule that charges 0.1 % of everything; tests say what is different. */
export const feeRule = (id: string, parts: Partial<FeeRule> = {}): FeeRule => ({
  id,
  priority: 0,
  when: {},
  effectiveFromMs: null,
  effectiveToMs: null,
  freePerPaymentFen: fen(0),
  freePerMonthFen: fen(0),
  mode: 'marginal',
  tiers: [{ upToFen: null, ratePpm: 1_000, fixedFen: fen(0) }],
  feeFenMin: fen(0),
  feeFenMax: null,
  rounding: 'half_up',
  ...parts,
});

const fens = (max: number) => fc.nat(max).map(fen);

/** Tables of tiers whose ends rise. */
export const tierTables: fc.Arbitrary<FeeRule['tiers']> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 6_000_000 }), { maxLength: 5 }),
    fc.array(fc.record({ ratePpm: fc.nat(1_000_000), fixedFen: fens(2_000) }), {
      minLength: 6,
      maxLength: 6,
    }),
  )
  .map(([ends, prices]) =>
    [...ends.sort((a, b) => a - b).map(fen), null].map((upToFen, index) => ({
      upToFen,
      ratePpm: prices[index]?.ratePpm ?? 0,
      fixedFen: prices[index]?.fixedFen ?? fen(0),
    })),
  );

/** Rules of any prices, for everything. */
export const feeRules: fc.Arbitrary<FeeRule> = fc
  .record({
    tiers: tierTables,
    mode: fc.constantFrom('marginal' as const, 'whole' as const),
    rounding: fc.constantFrom(...ROUNDINGS),
    freePerPaymentFen: fens(100_000),
    freePerMonthFen: fens(100_000),
    bounds: fc.tuple(fens(500), fc.option(fens(10_000))),
  })
  .map(({ bounds: [feeFenMin, above], ...parts }) =>
    feeRule('any', { ...parts, feeFenMin, feeFenMax: above === null ? null : fen(feeFenMin + above) }),
  );

const some = <Value>(...values: readonly Value[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }), { nil: undefined });
/** Banks that rules of `ruleLists` name. */
export const BANKS = ['ICBC', 'CCB', 'ABC'] as const;
/** Instants around which rules of `ruleLists` begin and end, in ms. */
export const INSTANTS = [1_000, 2_000, 3_000] as const;

/** Rules that divide payments in any way: by conditions, times and priorities. */
export const ruleLists: fc.Arbitrary<readonly FeeRule[]> = fc
  .array(
    fc.record({
      priority: fc.nat(3),
      when: fc.record({
        scenes: some(...SCENES),
        methods: some(...FEE_METHODS),
        cardTypes: some(...CARD_TYPES),
        banks: some(...BANKS),
        hosts: some(...FEE_HOSTS),
        categories: some(...FEE_CATEGORIES),
        userTiers: some(...USER_TIERS),
      }),
      effectiveFromMs: fc.constantFrom(null, INSTANTS[0], INSTANTS[1]),
      effectiveToMs: fc.constantFrom(null, INSTANTS[2]),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rules) => rules.map((rule, index) => feeRule(`rule_${index}`, rule)));

/** Payments that there can be: cards for the method bankcard alone, no merchant in transfers. */
export const feeQuestions: fc.Arbitrary<FeeQuestion> = fc
  .record({
    scene: fc.constantFrom(...SCENES),
    method: fc.constantFrom(...FEE_METHODS),
    cardType: fc.constantFrom(...CARD_TYPES),
    bank: fc.constantFrom(...BANKS, 'SPDB'),
    host: fc.constantFrom(...FEE_HOSTS),
    category: fc.constantFrom(...FEE_CATEGORIES),
    userTier: fc.constantFrom(...USER_TIERS),
    amountFen: fc.integer({ min: 1, max: 5_000_000 }).map(fen),
    atMs: fc.constantFrom(0, ...INSTANTS, 4_000),
  })
  .map(({ cardType, bank, category, ...facts }) => ({
    ...facts,
    ...(facts.method === 'bankcard' && { cardType, bank }),
    ...(facts.scene !== 'transfer' && { category }),
    allowanceUsedFen: {},
  }));

/** Whether a rule applies, read off its words one by one. */
export function applies({ when, effectiveFromMs, effectiveToMs }: FeeRule, question: FeeQuestion): boolean {
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
export function deciding(rules: readonly FeeRule[], question: FeeQuestion): readonly string[] {
  const candidates = rules.filter((rule) => applies(rule, question));
  const highest = Math.max(...candidates.map(({ priority }) => priority));
  return candidates.filter(({ priority }) => priority === highest).map(({ id }) => id);
}
