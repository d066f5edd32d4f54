import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

import type { Report, RunOptions, Task } from './messages';

/** Room for what lives as long as a step, in MB: in the usual 16 it would be copied again and again while worlds last. */
const YOUNG_MB = 64;

type Ran = Extract<Report, { kind: 'ran' }>;

/**
 * Runs seeds in so many processes beside one another. `onRan` gets each result as it comes; where it answers false no
 * further seed is begun. Rejects where a process ends or cannot run.
 */
export async function runInFleet(
  maintenanceUrl: string,
  seeds: readonly number[],
  options: RunOptions,
  onRan: (ran: Ran) => boolean,
  processes: number,
): Promise<void> {
  const waiting = [...seeds];
  const children: ChildProcess[] = [];
  const serve = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(path.join(__dirname, 'worker.ts'), [maintenanceUrl, `fleet_${number}`], {
        execArgv: [`--max-semi-space-size=${YOUNG_MB}`, '--import', 'tsx'],
      });
      children.push(child);
      const next = (): void => {
        const seed = waiting.shift();
        const task: Task = seed === undefined ? { kind: 'stop' } : { kind: 'run', seed, command: options };
        child.send(task);
      };
      child.on('message', (report: Report) => {
        if (report.kind === 'broken') reject(new Error(report.reason));
        else {
          if (report.kind === 'ran' && !onRan(report)) waiting.length = 0;
          next();
        }
      });
      child.once('error', reject);
      child.once('close', (status) =>
        status === 0 ? resolve() : reject(new Error(`a process of the simulation ended with ${status}`)),
      );
    });
  try {
    await Promise.all(
      Array.from({ length: Math.min(processes, seeds.length) }, (_, number) => serve(number)),
    );
  } finally {
    for (const child of children) child.kill();
  }
}
