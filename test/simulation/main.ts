import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startPostgres } from '../../cloud/local/postgres';
import { CommandError, readCommand, type Command } from './command';
import type { Failure } from './failure';
import { addFaults, noFaults } from './faults';
import { runInFleet } from './fleet';

process.env.TZ = 'Asia/Shanghai';

/** Two processes beside one another: each keeps one core busy, together with its part of PostgreSQL. */
const PROCESSES = 2;
/** Failing seeds explained before the rest is left alone. */
const FAILURES_MAX = 3;
const TRACE_LINES_SHOWN = 400;

/** `npm run simulate -- --seeds N --steps M [--seed S]`. The last line is JSON; exit status 1 where a promise is broken. */
async function main(words: readonly string[]): Promise<number> {
  const command = readCommand(words);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-simulation-'));
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    return await simulate(command, postgres.url('postgres'));
  } finally {
    await postgres.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function simulate({ seeds, steps, only, trace }: Command, maintenanceUrl: string): Promise<number> {
  const startedAt = performance.now();
  const faults = noFaults();
  const business = { orders: 0, payments: 0, refunds: 0, payouts: 0 };
  let ran = 0;
  let taken = 0;
  let violations = 0;
  let failures = 0;
  const options = { steps, trace, ...(only !== undefined && { only: [...only] }) };
  await runInFleet(
    maintenanceUrl,
    seeds,
    options,
    (report) => {
      ran += 1;
      taken += report.steps;
      violations += report.violations.length;
      addFaults(faults, report.faults);
      business.orders += report.business.orders;
      business.payments += report.business.payments;
      business.refunds += report.business.refunds;
      business.payouts += report.business.payouts;
      for (const line of report.trace) console.error(line);
      if (report.violations.length > 0) failures += 1;
      for (const violation of report.violations) {
        console.error(`seed ${report.seed} breaks ${violation.kind}: ${violation.text}`);
      }
      if (report.failure !== undefined) show(report.failure);
      if (ran % 10 === 0 || ran === seeds.length) {
        const rate = Math.round((taken * 1000) / (performance.now() - startedAt));
        console.error(`${ran}/${seeds.length} seeds, ${rate} steps per second, ${violations} violations`);
      }
      return failures < FAILURES_MAX;
    },
    PROCESSES,
  );
  console.log(JSON.stringify({ seeds: ran, steps: taken, violations, faults, ...business }));
  return violations === 0 ? 0 : 1;
}

function show({ steps, violations, trace, command }: Failure): void {
  console.error(`  Its smallest history has ${steps.length} steps:`);
  for (const line of trace.slice(-TRACE_LINES_SHOWN)) console.error(`    ${line}`);
  for (const violation of violations) console.error(`  ${violation.kind}: ${violation.text}`);
  console.error(`  Again: ${command}`);
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof CommandError ? error.message : error);
    process.exit(2);
  },
);
