import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
  bookOf,
  movesMoney,
  NO_LISTS,
  Replay,
  RULE_BOOK,
  SCORED,
  TARGET,
  type RuleBook,
} from '../../../cloud/domain/risk';
import { ROOT } from '../../../cloud/local/builds';
import { TUNING } from '../worlds';
import { fitWeights, Patterns } from './fit';

const POINTS_FILE = path.join(ROOT, 'cloud/domain/risk/rule-book/points.ts');
/** Each world counts as much as another, whatever its size and its share of thefts. */
const GOOD_WEIGHT = 150_000;
const BAD_WEIGHT = 1_000;
const BAD_LEAST = 100;
const RIDGE = 3;
const STEPS = 600;
/** Payments held change what is known later, so the fit begins with what is in force, and is made again on what its own rules hold. */
const ROUNDS = 2;

const say = (line: string): void => console.error(line);

/** Which rules fire together in every tuning world while a book is in force. */
function watch(book: RuleBook): Patterns {
  const patterns = new Patterns(SCORED.map((draft) => ({ ...draft, actions: ['pay', 'transfer'] })));
  for (const { name, seed, make } of TUNING) {
    const rows = make(seed);
    const judged = rows.filter(movesMoney);
    const bad = judged.filter((row) => row.fraud).length;
    const replay = new Replay({ book, lists: NO_LISTS, target: TARGET });
    for (const row of rows) {
      const { story: _story, fraud, ...event } = row;
      const { features } = replay.next(event);
      if (!movesMoney(event)) continue;
      const weight = fraud ? BAD_WEIGHT / Math.max(BAD_LEAST, bad) : GOOD_WEIGHT / judged.length;
      patterns.add(event, features, fraud, weight);
    }
    say(`  ${name} ${seed}: ${judged.length} payments, ${bad} thefts`);
  }
  return patterns;
}

/** `npm run risk:fit`: points of all rules from the tuning worlds, written into the rule book. */
async function main(): Promise<void> {
  const signs = SCORED.map(({ family }) => (family === 'trust' ? -1 : 1));
  const version = process.argv[2] ?? RULE_BOOK.version;
  let book = RULE_BOOK;
  for (let round = 1; round <= ROUNDS; round += 1) {
    say(`round ${round} of ${ROUNDS}`);
    const patterns = watch(book);
    const { base, weights } = fitWeights([...patterns.byKey.values()], signs, RIDGE, STEPS);
    book = bookOf({
      version,
      basePoints: Math.round(100 * base),
      points: Object.fromEntries(
        SCORED.map(({ id }, place) => [id, Math.round(100 * (weights[place] ?? 0))]),
      ),
    });
  }
  const scored = new Set(SCORED.map(({ id }) => id));
  const lines = book.rules
    .filter(({ id }) => scored.has(id))
    .map(({ id, points }) => `    '${id}': ${points},`);
  const text = `/** Written by \`npm run risk:fit\` from the tuning worlds; changed by nobody else. */
export const FITTED = {
  version: '${book.version}',
  basePoints: ${book.basePoints},
  points: {
${lines.join('\n')}
  },
};
`;
  await writeFile(POINTS_FILE, text);
  say(`written: ${path.relative(ROOT, POINTS_FILE)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
