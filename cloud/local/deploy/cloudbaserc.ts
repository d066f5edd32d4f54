import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../builds';
import { HTTP_FUNCTIONS, TIMER } from './functions';

const RUNTIME = 'Nodejs20.19';
const MEMORY_MB = 256;
const TIMEOUT_S = 30;
const TIMER_TIMEOUT_S = 60;

/** Names of all variables in `.env.example`, commented-out alternatives included. */
export function variableNames(): readonly string[] {
  const text = readFileSync(path.join(ROOT, '.env.example'), 'utf8');
  return [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
}

const fromEnvironment = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `{{env.${name}}}`]));

/** What CloudBase's command-line tool deploys by; values come from a `.env` beside it. */
export function cloudbaserc(): object {
  // Set for a sandbox only, or one alternative of two: an empty value counts as absent.
  const envVariables = fromEnvironment(
    variableNames().filter((name) => !name.endsWith('_BASE_URL') || name === 'PUBLIC_BASE_URL'),
  );
  const shared = { runtime: RUNTIME, memorySize: MEMORY_MB, installDependency: false };
  return {
    version: '2.0',
    envId: '{{env.TCB_ENV_ID}}',
    functionRoot: '.',
    functions: [
      ...HTTP_FUNCTIONS.map(({ name, paths }) => ({
        name: `tpwallet-${name}`,
        dir: name,
        type: 'HTTP',
        timeout: TIMEOUT_S,
        ...shared,
        envVariables,
        path: paths,
      })),
      {
        name: `tpwallet-${TIMER.name}`,
        dir: TIMER.name,
        type: 'Event',
        handler: 'index.main',
        timeout: TIMER_TIMEOUT_S,
        ...shared,
        envVariables: fromEnvironment(['PUBLIC_BASE_URL', 'JOB_SECRET']),
        triggers: [{ name: 'every-minute', type: 'timer', config: TIMER.cron }],
      },
    ],
  };
}
