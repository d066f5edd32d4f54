import type { RuleBook } from './rules';

/** What keeps a book from being judged by. */
export interface BookFinding {
  readonly kind: 'rule_twice' | 'rule_never_fires' | 'sign_of_points' | 'nothing_counts';
  /** The rule that it is about; empty for the book as a whole. */
  readonly ruleId: string;
}

/** Everything that is wrong with a book, by rule; empty for one that can go live. */
export function checkBook({ rules }: Pick<RuleBook, 'rules'>): readonly BookFinding[] {
  const findings: BookFinding[] = [];
  const seen = new Set<string>();
  for (const { id, family, points, when, actions } of rules) {
    if (seen.has(id)) findings.push({ kind: 'rule_twice', ruleId: id });
    seen.add(id);
    const neverHolds = when.some(
      ({ atLeast, below }) => atLeast !== undefined && below !== undefined && atLeast >= below,
    );
    if (neverHolds || actions.length === 0) findings.push({ kind: 'rule_never_fires', ruleId: id });
    // What is suspicious never lowers a score, and nothing but trust does.
    if (family === 'trust' ? points > 0 : points < 0) {
      findings.push({ kind: 'sign_of_points', ruleId: id });
    }
  }
  const counts = rules.some(
    ({ mode, points, verdict }) => mode === 'live' && (points > 0 || verdict !== undefined),
  );
  if (!counts) findings.push({ kind: 'nothing_counts', ruleId: '' });
  return findings;
}
