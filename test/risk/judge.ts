import { movesMoney, NO_LISTS, Replay, RULE_BOOK, TARGET } from '../../cloud/domain/risk';
import { Score, type Figures } from '../../cloud/local/risk/score';
import { type WorldRow } from './worlds/row';

export interface Verdicts {
  readonly figures: Figures;
  /** Of each story, how many payments were held and how many there were; `!` marks thefts. */
  readonly stories: ReadonlyMap<string, { held: number; all: number }>;
  /** Of each reason, how often it was given for a held good payment and a held theft. */
  readonly reasons: ReadonlyMap<string, { good: number; bad: number }>;
}

/** One world through the engine. Neither label nor story reaches it. */
export function judgeWorld(rows: readonly WorldRow[]): Verdicts {
  const replay = new Replay({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
  const score = new Score();
  const stories = new Map<string, { held: number; all: number }>();
  const reasons = new Map<string, { good: number; bad: number }>();
  for (const { story, fraud, ...event } of rows) {
    const { held, decision } = replay.next(event);
    if (!movesMoney(event)) continue;
    score.add(fraud, held);
    const name = fraud ? `!${story}` : story;
    const told = stories.get(name) ?? { held: 0, all: 0 };
    stories.set(name, { held: told.held + Number(held), all: told.all + 1 });
    if (!held) continue;
    for (const reason of decision.reasons) {
      const given = reasons.get(reason) ?? { good: 0, bad: 0 };
      if (fraud) given.bad += 1;
      else given.good += 1;
      reasons.set(reason, given);
    }
  }
  return { figures: score.figures(), stories, reasons };
}
