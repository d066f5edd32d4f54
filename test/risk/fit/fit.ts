import { fires, type Features, type RiskEvent, type Rule } from '../../../cloud/domain/risk';

/** Payments for which the same rules fired: how many were good, how many thefts. */
export interface Pattern {
  readonly fired: readonly number[];
  good: number;
  bad: number;
}

/** What a fit needs of many worlds: nothing but which rules fire together, and how often. */
export class Patterns {
  readonly byKey = new Map<string, Pattern>();

  constructor(private readonly rules: readonly Pick<Rule, 'actions' | 'when'>[]) {}

  add(event: RiskEvent, features: Features, fraud: boolean, weight: number): void {
    const fired: number[] = [];
    this.rules.forEach((rule, place) => {
      if (fires(rule, event.action, features)) fired.push(place);
    });
    const key = fired.join(' ');
    const pattern = this.byKey.get(key) ?? { fired, good: 0, bad: 0 };
    if (fraud) pattern.bad += weight;
    else pattern.good += weight;
    this.byKey.set(key, pattern);
  }
}

export interface Fit {
  readonly base: number;
  readonly weights: readonly number[];
}

/**
 * Logistic regression by accelerated gradient descent, each weight kept to the sign of its rule: what is suspicious never
 * lowers a score. `ridge` holds back weights that few payments speak for.
 */
export function fitWeights(
  patterns: readonly Pattern[],
  signs: readonly number[],
  ridge: number,
  rounds: number,
): Fit {
  const total = patterns.reduce((sum, { good, bad }) => sum + good + bad, 0);
  const bad = patterns.reduce((sum, pattern) => sum + pattern.bad, 0);
  let base = Math.log(bad / (total - bad));
  const weights = signs.map(() => 0);
  const squares = signs.map(() => 1e-12);
  let baseSquares = 1e-12;
  const momentum = signs.map(() => 0);
  let baseMomentum = 0;
  // Adam: the rules differ by orders of magnitude in how often they fire.
  for (let round = 1; round <= rounds; round += 1) {
    const gradient = weights.map((weight) => (ridge * weight) / bad);
    let baseGradient = 0;
    for (const { fired, good, bad: thefts } of patterns) {
      let score = base;
      for (const place of fired) score += weights[place] ?? 0;
      const chance = 1 / (1 + Math.exp(-score));
      const error = ((good + thefts) * chance - thefts) / bad;
      baseGradient += error;
      for (const place of fired) gradient[place] = (gradient[place] ?? 0) + error;
    }
    const rate = 0.1 / (1 + round / (rounds / 5));
    const step = (m: number, s: number): number =>
      (rate * (m / (1 - 0.9 ** round))) / (Math.sqrt(s / (1 - 0.999 ** round)) + 1e-9);
    baseMomentum = 0.9 * baseMomentum + 0.1 * baseGradient;
    baseSquares = 0.999 * baseSquares + 0.001 * baseGradient ** 2;
    base -= step(baseMomentum, baseSquares);
    signs.forEach((sign, place) => {
      const slope = gradient[place] ?? 0;
      momentum[place] = 0.9 * (momentum[place] ?? 0) + 0.1 * slope;
      squares[place] = 0.999 * (squares[place] ?? 0) + 0.001 * slope ** 2;
      const next = (weights[place] ?? 0) - step(momentum[place] ?? 0, squares[place] ?? 0);
      weights[place] = sign * Math.max(0, sign * next);
    });
  }
  return { base, weights };
}
