import { chargeBy, type FeeTrace } from './charge';
import { DIMENSIONS, effectiveMs, type FeeQuestion, type FeeRule, type FeeRuleSet } from './rules';

/** A set of rules made ready to answer many questions. */
export interface FeeEngine {
  readonly version: number;
  /** Whether any rule frees a part of a month's payments, so that what was used of it must be known. */
  readonly hasAllowances: boolean;
  /** The rule that decides; undefined where none applies. */
  ruleFor(question: Omit<FeeQuestion, 'amountFen' | 'allowanceUsedFen'>): FeeRule | undefined;
  /** What a payment costs and how that came about; undefined where no rule applies, and nothing is charged. */
  charge(question: FeeQuestion): FeeTrace | undefined;
}

const WORD_BITS = 32;

/** For each value of one dimension which rules admit it, a bit for each rule; `others` for values that none names. */
interface Index {
  readonly byValue: ReadonlyMap<string | undefined, Uint32Array>;
  readonly others: Uint32Array;
}

function indexOf(
  rules: readonly FeeRule[],
  condition: (typeof DIMENSIONS)[number]['condition'],
  words: number,
): Index {
  const others = new Uint32Array(words);
  const byValue = new Map<string, Uint32Array>();
  const rowOf = (value: string): Uint32Array => {
    // Of the rules before, those that admit a value that none of them names.
    const row = byValue.get(value) ?? others.slice();
    byValue.set(value, row);
    return row;
  };
  for (const [place, rule] of rules.entries()) {
    const admitted: readonly string[] | undefined = rule.when[condition];
    const rows = admitted === undefined ? [...byValue.values(), others] : admitted.map(rowOf);
    for (const row of rows) row[place >> 5] = (row[place >> 5] ?? 0) | (1 << (place & 31));
  }
  return { byValue, others };
}

/**
 * Makes rules ready: for every value of every dimension a set of bits tells which rules admit it, so a question costs one
 * AND for each dimension and 32 rules, however many rules there are. Rules stand by priority, so the first bit decides.
 */
export function compileFees(set: FeeRuleSet): FeeEngine {
  const { version } = set;
  const rules = [...set.rules].sort((a, b) => b.priority - a.priority);
  const windows = rules.map(effectiveMs);
  const words = Math.ceil(rules.length / WORD_BITS);
  const indexes = DIMENSIONS.map(({ condition, fact }) => ({ fact, ...indexOf(rules, condition, words) }));

  const ruleFor: FeeEngine['ruleFor'] = (question) => {
    const { atMs } = question;
    const rows = indexes.map(({ fact, byValue, others }) => byValue.get(question[fact]) ?? others);
    for (let word = 0; word < words; word += 1) {
      let bits = -1;
      for (const row of rows) bits &= row[word] ?? 0;
      for (; bits !== 0; bits &= bits - 1) {
        const place = word * WORD_BITS + 31 - Math.clz32(bits & -bits);
        const window = windows[place];
        if (window !== undefined && window.fromMs <= atMs && atMs < window.toMs) return rules[place];
      }
    }
    return undefined;
  };

  return {
    version,
    hasAllowances: rules.some((rule) => rule.freePerMonthFen > 0),
    ruleFor,
    charge(question) {
      const rule = ruleFor(question);
      if (rule === undefined) return undefined;
      const usedFen = question.allowanceUsedFen[rule.id] ?? 0;
      return chargeBy(rule, version, { amountFen: question.amountFen, usedFen });
    },
  };
}
