import path from 'node:path';

/** What is read of a report in the format of mutation-testing-elements: the state of each mutant by file. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

interface Score {
  /** Percent of the valid mutants that a test noticed, to two decimals. */
  readonly score: number;
  /** Noticed because a test failed or, of those that made the code run on for ever, because it never ended. */
  readonly killed: number;
  readonly timeouts: number;
  readonly survived: number;
  /** What could not even be loaded: noticed, but by no test, and no part of the score. */
  readonly errors: number;
}

const KNOWN = ['Killed', 'Timeout', 'Survived', 'NoCoverage'];

function scoreOf(statuses: readonly string[]): Score {
  const count = (status: string): number => statuses.filter((each) => each === status).length;
  const [killed, timeouts] = [count('Killed'), count('Timeout')];
  const valid = statuses.filter((status) => KNOWN.includes(status)).length;
  const score = valid === 0 ? 0 : Math.floor(((killed + timeouts) * 10_000) / valid) / 100;
  return { score, killed, timeouts, survived: valid - killed - timeouts, errors: count('RuntimeError') };
}

/** The scores of a report, in all and by each file: its path below `folder`. */
export function scoresOf(
  report: MutationReport,
  folder: string,
): Score & { readonly files: Readonly<Record<string, Score>> } {
  const statuses = Object.entries(report.files).map(
    ([file, { mutants }]) =>
      [path.posix.relative(folder, file), mutants.map(({ status }) => status)] as const,
  );
  return {
    ...scoreOf(statuses.flatMap(([, each]) => each)),
    files: Object.fromEntries(statuses.map(([file, each]) => [file, scoreOf(each)])),
  };
}
