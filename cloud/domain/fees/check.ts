import { Budget, common, meet, spaceOf, TooManyParts, uncovered, type Box, type Space } from './boxes';
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
/** Comparisons of one check: they take a second or two. */
const COMPARISONS_MAX = 2_000_000;

interface Boxed {
  readonly rule: FeeRule;
  /** What it is for of the payments that there can be. */
  readonly boxes: readonly Box[];
}

/**
 * What is wrong with rules as a set: overlaps, unreachable rules, gaps, ids that repeat. Empty where every payment, at any
 * time, falls under one rule and every rule has its payments.
 */
export function checkFees(rules: readonly FeeRule[]): readonly FeeFinding[] {
  const space = spaceOf(rules);
  const boxed = rules.map((rule): Boxed => {
    const box = space.boxOf(rule);
    return { rule, boxes: space.boxes.flatMap((part) => common(part, box) ?? []) };
  });
  const budget = new Budget(COMPARISONS_MAX);
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
  const byPriority = new Map<number, Boxed[]>();
  for (const one of boxed) {
    const peers = byPriority.get(one.rule.priority) ?? [];
    for (const other of peers) {
      const shared = sharedBox(one, other);
      if (shared === undefined) continue;
      findings.push({
        kind: 'overlap',
        ruleIds: [other.rule.id, one.rule.id],
        facts: space.exampleOf(shared),
      });
      if (findings.length === FINDINGS_MAX) return findings;
    }
    byPriority.set(one.rule.priority, [...peers, one]);
  }
  return findings;
}

function sharedBox(one: Boxed, other: Boxed): Box | undefined {
  for (const a of one.boxes) {
    for (const b of other.boxes) {
      const shared = common(a, b);
      if (shared !== undefined) return shared;
    }
  }
  return undefined;
}

function unreachable(boxed: readonly Boxed[], budget: Budget): readonly FeeFinding[] {
  const findings: FeeFinding[] = [];
  for (const one of boxed) {
    if (findings.length === FINDINGS_MAX) break;
    const higher = boxed.filter(
      (other) =>
        other.rule.priority > one.rule.priority &&
        one.boxes.some((box) => other.boxes.some((cover) => meet(box, cover))),
    );
    if (one.boxes.some((box) => uncovered(box, boxesOf(higher), budget) !== undefined)) continue;
    findings.push({ kind: 'unreachable', ruleId: one.rule.id, by: needed(one, higher, budget) });
  }
  return findings;
}

/** Of the rules that cover another together, those that it takes: the one that does alone, if one does. */
function needed(one: Boxed, higher: readonly Boxed[], budget: Budget): readonly string[] {
  const covers = (some: readonly Boxed[]): boolean =>
    one.boxes.every((box) => uncovered(box, boxesOf(some), budget) === undefined);
  const alone = higher.find((other) => covers([other]));
  if (alone !== undefined) return [alone.rule.id];
  let kept = higher;
  for (const other of higher) {
    const without = kept.filter((candidate) => candidate !== other);
    if (covers(without)) kept = without;
  }
  return kept.map(({ rule }) => rule.id);
}

function gaps(boxed: readonly Boxed[], space: Space, budget: Budget): readonly FeeFinding[] {
  const findings: FeeFinding[] = [];
  for (const part of space.boxes) {
    const gap = uncovered(part, boxesOf(boxed), budget);
    if (gap === undefined) continue;
    const beside = boxed.filter(({ boxes }) =>
      boxes.some((box) => common({ ...gap, fromMs: -Infinity, toMs: Infinity }, box) !== undefined),
    );
    const ends = (bound: 'fromMs' | 'toMs', ms: number): string | null =>
      beside.find(({ boxes }) => boxes.some((box) => box[bound] === ms))?.rule.id ?? null;
    findings.push({
      kind: 'gap',
      facts: space.exampleOf(gap),
      fromMs: finite(gap.fromMs),
      toMs: finite(gap.toMs),
      after: Number.isFinite(gap.fromMs) ? ends('toMs', gap.fromMs) : null,
      before: Number.isFinite(gap.toMs) ? ends('fromMs', gap.toMs) : null,
    });
  }
  return findings;
}

const boxesOf = (boxed: readonly Boxed[]): readonly Box[] => boxed.flatMap(({ boxes }) => boxes);
const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
