import { movesMoney, type RiskEvent } from './event';
import { type Features } from './features';
import { listedAs, type Lists } from './lists';
import { fires, type RuleBook, type Verdict } from './rules';

/** Scores from which a payment is challenged and blocked, in points. No score locks: a lock stops the owner too. */
export interface Cutoffs {
  readonly challenge: number;
  readonly block: number;
}

export interface Policy {
  readonly book: RuleBook;
  readonly lists: Lists;
  readonly cutoffs: Cutoffs;
}

/** What was decided, with all that is needed to explain it and to decide it again. */
export interface Decision {
  readonly verdict: 'allow' | Verdict;
  /** Hundredths of a unit of log-odds; 0 for what moves no money. */
  readonly score: number;
  /** Rules that fired and count, as `id@version`, and lists, as `block_list:device`. */
  readonly reasons: readonly string[];
  /** Rules in shadow that would have fired, as `id@version`, and what a book in shadow would have stopped, as `shadow:book-7:block`. */
  readonly shadow: readonly string[];
  readonly book: string;
  readonly cutoffs: Cutoffs;
}

const SEVERITY = { allow: 0, challenge: 1, block: 2, lock: 3 } as const;

/** The harder of two verdicts. */
const harder = (one: Decision['verdict'], other: Decision['verdict']): Decision['verdict'] =>
  SEVERITY[one] >= SEVERITY[other] ? one : other;

/**
 * Judges one event. Only money is judged by its score; logins, PINs and card bindings by rules with a verdict alone. The
 * block-list wins over the allow-list.
 */
export function decide(event: RiskEvent, features: Features, policy: Policy): Decision {
  const { book, lists, cutoffs } = policy;
  const reasons: string[] = [];
  const shadow: string[] = [];
  let score = book.basePoints;
  let verdict: Decision['verdict'] = 'allow';
  for (const rule of book.rules) {
    if (!fires(rule, event.action, features)) continue;
    const name = `${rule.id}@${rule.version}`;
    if (rule.mode === 'shadow') {
      shadow.push(name);
      continue;
    }
    reasons.push(name);
    score += rule.points;
    if (rule.verdict !== undefined) verdict = harder(verdict, rule.verdict);
  }
  const judged = movesMoney(event);
  const allowed = listedAs(lists.allow, event);
  if (allowed !== undefined) reasons.push(`allow_list:${allowed}`);
  else if (judged) verdict = harder(verdict, verdictOf(score, cutoffs));
  const blocked = listedAs(lists.block, event);
  if (blocked !== undefined) {
    reasons.push(`block_list:${blocked}`);
    verdict = harder(verdict, 'block');
  }
  return { verdict, score: judged ? score : 0, reasons, shadow, book: book.version, cutoffs };
}

function verdictOf(score: number, cutoffs: Cutoffs): Decision['verdict'] {
  if (score >= cutoffs.block) return 'block';
  return score >= cutoffs.challenge ? 'challenge' : 'allow';
}
