import { movesMoney, NO_LISTS, Replay, RULE_BOOK, TARGET } from '../../cloud/domain/risk';
import { Score, type Figures } from '../../cloud/local/risk/score';
import { type WorldRow } from './worlds/row';

/** Of each story, how many payments were held and how many there were; `!` marks thefts. */
export type Stories = ReadonlyMap<string, { held: number; all: number }>;

/** What was held and what was not, of one world or of several. */
export class Tally {
  private readonly score = new Score();
  private readonly told = new Map<string, { held: number; all: number }>();

  add(row: WorldRow, held: boolean): void {
    this.score.add(row.fraud, held);
    const name = row.fraud ? `!${row.story}` : row.story;
    const before = this.told.get(name) ?? { held: 0, all: 0 };
    this.told.set(name, { held: before.held + Number(held), all: before.all + 1 });
  }

  get figures(): Figures {
    return this.score.figures();
  }

  get stories(): Stories {
    return this.told;
  }
}

/** One world through an engine that knows nothing yet. Neither label nor story reaches it. Counted in each of the tallies. */
export function judgeWorld(rows: readonly WorldRow[], ...tallies: readonly Tally[]): void {
  const replay = new Replay({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
  for (const row of rows) {
    const { story: _story, fraud: _fraud, ...event } = row;
    const { held } = replay.next(event);
    if (movesMoney(event)) for (const tally of tallies) tally.add(row, held);
  }
}
