import { type CalibrationTarget } from '../calibration';
import { type Rule, type RuleBook } from '../rules';
import { GATES } from './gates';
import { FITTED } from './points';
import { WHAT } from './what';
import { WHO } from './who';
import { WHOM } from './whom';

/** Rules that make up the score, before their points. */
export const SCORED = [...WHO, ...WHAT, ...WHOM];

/** A book of all rules at given points, by rule id. A rule that has none yet is in shadow: it is watched before it counts. */
export function bookOf(fitted: {
  readonly version: string;
  readonly basePoints: number;
  readonly points: Readonly<Record<string, number>>;
}): RuleBook {
  const scored = SCORED.map((draft): Rule => {
    const points = fitted.points[draft.id];
    const mode = draft.mode ?? (points === undefined ? 'shadow' : 'live');
    return { ...draft, mode, actions: ['pay', 'transfer'], points: points ?? 0 };
  });
  const { version, basePoints } = fitted;
  return { version, basePoints, rules: [...GATES, ...scored] };
}

/** The rules in force. */
export const RULE_BOOK: RuleBook = bookOf(FITTED);

/** What is promised: at most 1 good payment of 1,000 is held. The aim lies below, for worlds unlike those fitted on. */
export const TARGET: CalibrationTarget = {
  heldGoodPerThousand: 0.45,
  challengeFrom: 0.07,
  challengeAlways: 0.8,
  blockFrom: 0.9,
};
