import { explain } from './failure';
import { planOf } from './plan';
import { runPlan } from './run';

import type { Report, RunOptions, Task } from './messages';
import { Worlds } from './worlds';

process.env.TZ = 'Asia/Shanghai';

/** A process that runs the seeds it is handed, one after the other, until it is told to stop. */
async function main(): Promise<void> {
  const send = (report: Report): Promise<void> =>
    new Promise((resolve, reject) =>
      process.send?.(report, (error: Error | null) => (error === null ? resolve() : reject(error))),
    );
  const [maintenanceUrl = '', name = ''] = process.argv.slice(2);
  const worlds = await Worlds.open(maintenanceUrl, name);
  process.on('message', (task: Task) => {
    void (async () => {
      if (task.kind === 'stop') {
        await worlds.close();
        process.disconnect();
        return;
      }
      await send(await runSeed(worlds, task.seed, task.command));
    })().catch(async (error: unknown) => {
      await send({
        kind: 'broken',
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  });
  await send({ kind: 'ready' });
}

async function runSeed(worlds: Worlds, seed: number, command: RunOptions): Promise<Report> {
  const whole = planOf(seed, command.steps);
  const { only } = command;
  const plan = only === undefined ? whole : whole.filter(({ index }) => only.includes(index));
  const { steps, violations, faults, business, digest, trace } = await runPlan(worlds, seed, plan, {
    keepTrace: command.trace,
  });
  const failure =
    violations.length > 0 && only === undefined
      ? await explain(worlds, seed, plan.slice(0, steps), violations, command.steps)
      : undefined;
  return { kind: 'ran', seed, steps, violations, faults, business, digest, trace, failure };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(2);
});
