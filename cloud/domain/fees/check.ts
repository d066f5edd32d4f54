import { common, spaceOf, type Box, type Space } from './boxes';
import { Budget, TooManyParts, uncovered } from './cover';
import { RuleIndex, sharedBoxes, type Boxed } from './near';
import type { FeeRule } from './rules';

/** Something that is wrong with rules taken together. Facts give one payment that shows it. */
export type FeeFinding =
  /** Two rules of one priority apply to the same payment, and neither decides. */
  | {
      readonly kind: 'overlap';
      readonly ruleIds: readonly [string, string];
      readonly facts: Readonly<Record<string, string>>;
    }
  /** Rules of higher priority take every payment that a rule is for; with none named, there are no such payments. */
  | { readonly kind: 'unreachable'; readonly ruleId: string; readonly by: readonly string[] }
  /** A payment that no rule is for; with the rules that end and begin around it, where it lies between two. */
  | {
      readonly kind: 'gap';
      readonly facts: Readonly<Record<string, string>>;
      /** When, in ms since 1970 UTC; null for ever. */
      readonly fromMs: number | null;
      readonly toMs: number | null;
      readonly after: string | null;
      readonly before: string | null;
    }
  | { readonly kind: 'repeated_id'; readonly ruleId: string }
  /** The rules divide payments too finely to be looked through. */
  | { readonly kind: 'too_complex' };

/** Findings named at most: whoever mends these sees the rest. */
const FINDINGS_MAX = 50;
/** Steps of one check: they take a second or two. */
const STEPS_MAX = 5_000_000;

/**
 * What is wrong with rules as a set: overlaps, unreachable rules, gaps, ids that repeat. Empty where every payment, at any
 * time, falls under one rule and every rule has its payments. Ends with `too_complex` where that takes more than `stepsMax`.
 */
export function checkFees(rules: readonly FeeRule[], stepsMax = STEPS_MAX): readonly FeeFinding[] {
  const space = spaceOf(rules);
  const boxed = rules.map((rule, place): Boxed => ({ rule, place, boxes: space.boxesOf(rule) }));
  const budget = new Budget(stepsMax);
  const findings: FeeFinding[] = [...repeatedIds(rules), ...overlaps(boxed, space)];
  try {
    findings.push(...unreachable(boxed, budget), ...gaps(boxed, space, budget));
  } catch (error) {
    if (!(error instanceof TooManyParts)) throw error;
    findings.push({ kind: 'too_complex' });
  }
  return findings.slice(0, FINDINGS_MAX);
}

function repeatedIds(rules: readonly FeeRule[]): readonly FeeFinding[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return [...repeated].map((ruleId) => ({ kind: 'repeated_id', ruleId }));
}

function overlaps(boxed: readonly Boxed[], space: Space): readonly FeeFinding[] {
  const findings: FeeFinding[] = [];
  const byPriority = new Map<number, RuleIndex>();
  for (const one of boxed) {
    const peers = byPriority.get(one.rule.priority) ?? new RuleIndex();
    for (const other of peers.near(one)) {
      const shared = sharedBoxes(one, other).find((box) => box !== undefined);
      if (shared === undefined) continue;
      findings.push({
        kind: 'overlap',
        ruleIds: [other.rule.id, one.rule.id],
        facts: space.exampleOf(shared),
      });
      if (findings.length === FINDINGS_MAX) return findings;
    }
    peers.add(one);
    byPriority.set(one.rule.priority, peers);
  }
  return findings;
}

function unreachable(boxed: readonly Boxed[], budget: Budget): readonly FeeFinding[] {
  const index = new RuleIndex();
  for (const one of boxed) index.add(one);
  const findings: FeeFinding[] = [];
  for (const one of boxed) {
    if (findings.length === FINDINGS_MAX) break;
    const higher = index.near(one).filter((other) => other.rule.priority > one.rule.priority);
    if (!covers(higher, one.boxes, budget)) continue;
    findings.push({ kind: 'unreachable', ruleId: one.rule.id, by: needed(higher, one, budget) });
  }
  return findings;
}

/** Whether rules take every payment of boxes, one for each part. */
const covers = (rules: readonly Boxed[], boxes: Boxed['boxes'], budget: Budget): boolean =>
  boxes.every((box, part) => box === undefined || uncovered(box, inPart(rules, part), budget) === undefined);

/** Of the rules that cover another together, those that it takes: the one that does alone, if one does. */
function needed(rules: readonly Boxed[], one: Boxed, budget: Budget): readonly string[] {
  const touching = rules.flatMap((rule) => {
    const boxes = sharedBoxes(one, rule);
    return boxes.some((box) => box !== undefined) ? { ...rule, boxes } : [];
  });
  const alone = touching.find((rule) => covers([rule], one.boxes, budget));
  const kept = alone === undefined ? without(touching, touching, one, budget) : [alone];
  return kept.map(({ rule }) => rule.id);
}

/** What stays of rules that cover another, once each of `some` in turn is left out where those that stay suffice. */
function without(
  rules: readonly Boxed[],
  some: readonly Boxed[],
  one: Boxed,
  budget: Budget,
): readonly Boxed[] {
  const leaving = new Set(some);
  const others = rules.filter((rule) => !leaving.has(rule));
  const [first, second] = some;
  // What a rule alone leaves uncovered lies within it. Where others do without many, they do without each in turn.
  if (covers(others, (second === undefined && first ? first : one).boxes, budget)) return others;
  if (second === undefined) return rules;
  const half = Math.ceil(some.length / 2);
  return without(without(rules, some.slice(0, half), one, budget), some.slice(half), one, budget);
}

function gaps(boxed: readonly Boxed[], space: Space, budget: Budget): readonly FeeFinding[] {
  return space.parts.flatMap((part, place): readonly FeeFinding[] => {
    const gap = uncovered(part, inPart(boxed, place), budget);
    if (gap === undefined) return [];
    const always = { ...gap, fromMs: -Infinity, toMs: Infinity };
    const beside = boxed.filter(({ boxes }) => {
      const box = boxes[place];
      return box !== undefined && common(always, box) !== undefined;
    });
    const ends = (bound: 'fromMs' | 'toMs', ms: number): string | null =>
      beside.find(({ boxes }) => boxes[place]?.[bound] === ms)?.rule.id ?? null;
    return [
      {
        kind: 'gap',
        facts: space.exampleOf(gap),
        fromMs: finite(gap.fromMs),
        toMs: finite(gap.toMs),
        after: ends('toMs', gap.fromMs),
        before: ends('fromMs', gap.toMs),
      },
    ];
  });
}

const inPart = (boxed: readonly Boxed[], part: number): readonly Box[] =>
  boxed.flatMap(({ boxes }) => boxes[part] ?? []);
const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
