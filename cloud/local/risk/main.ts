import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';

import { evaluateFile } from './evaluate';
import { RowError } from './rows';

const USAGE = 'Usage: npm run risk:evaluate -- --csv FILE';

const say = (line: string): void => console.error(line);

/** The file that the command line names; undefined where it names none. */
function fileOf(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { csv: { type: 'string' } } }).values.csv;
  } catch {
    return undefined;
  }
}

/** `npm run risk:evaluate -- --csv FILE`: a labelled file of past events through the engine. Exit 0: measured; 2: could not run. */
async function main(args: readonly string[]): Promise<number> {
  const file = fileOf(args);
  if (file === undefined) {
    say(USAGE);
    return 2;
  }
  const startedAt = performance.now();
  const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const evaluation = await evaluateFile(
    createReadStream(file),
    () => performance.now(),
    (line) => say(`${elapsed()}  ${line}`),
  );
  console.log(JSON.stringify(evaluation));
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const cannotRead = error instanceof Error && 'code' in error;
    if (error instanceof RowError) say(error.message);
    else if (cannotRead) say(`The file cannot be read: ${error.message}`);
    else console.error(error);
    process.exitCode = 2;
  },
);
