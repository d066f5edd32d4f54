import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

import { WORLDS } from './worlds';
import { linesOf, type WorldRow } from './worlds/row';

const SEED = /^\d{1,9}$/;
const USAGE = `Usage: npm run risk:worlds -- --world NAME --seed N --out FILE
Worlds: ${Object.keys(WORLDS).join(', ')}`;

function* endedLines(rows: readonly WorldRow[]): Generator<string> {
  for (const line of linesOf(rows)) yield `${line}\n`;
}

/** `npm run risk:worlds`: a labelled file of one world. Exit 0: written; 2: could not run. */
async function main(args: readonly string[]): Promise<number> {
  const options = { world: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } } as const;
  const { world = '', seed = '', out = '' } = parseArgs({ args: [...args], options }).values;
  const make = WORLDS[world];
  if (make === undefined || !SEED.test(seed) || out === '') {
    console.error(USAGE);
    return 2;
  }
  const rows = make(Number(seed));
  await pipeline(Readable.from(endedLines(rows)), createWriteStream(out));
  const thefts = rows.filter((row) => row.fraud).length;
  console.log(JSON.stringify({ world, seed: Number(seed), rows: rows.length, thefts }));
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
