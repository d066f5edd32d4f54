import path from 'node:path';
import { parseArgs } from 'node:util';

import { createDependencies } from '../functions/dependencies';
import { jsonLog } from '../functions/http/log';
import { billDayOf, isDay } from '../functions/reconciliation/day';
import { reconcileDay, type Reconciled } from '../functions/reconciliation/run';
import { readSettings, SettingsError, type Settings } from '../functions/settings';
import { GatewayError, type GatewayName } from '../gateways/port';
import { isReady } from '../store';
import { ROOT } from './builds';
import { localSettings, NotRunning } from './running';

// Alipay's client writes its timestamps in the zone of the process.
process.env.TZ = 'Asia/Shanghai';

const GATEWAYS: Readonly<Record<string, GatewayName>> = {
  wechat: 'wechatpay',
  wechatpay: 'wechatpay',
  alipay: 'alipay',
};
const USAGE = 'Usage: npm run reconcile -- --gateway wechat|alipay --date YYYY-MM-DD [--execute]';

const say = (line: string): void => console.error(line);

interface Wanted {
  readonly gateway: GatewayName;
  readonly date: string;
  readonly execute: boolean;
}

/** What the command line asks for; undefined where it cannot be read. */
function wantedOf(args: readonly string[], today: string): Wanted | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        gateway: { type: 'string' },
        date: { type: 'string' },
        execute: { type: 'boolean', default: false },
      },
    });
    const gateway = GATEWAYS[values.gateway ?? ''];
    if (gateway === undefined || !isDay(values.date ?? '') || (values.date ?? '') > today) return undefined;
    return { gateway, date: values.date ?? '', execute: values.execute };
  } catch {
    return undefined;
  }
}

/** The settings of the environment, or those of the TPWallet that runs on this machine. */
function settings(): Promise<Settings> {
  if (process.env.DATABASE_URL && process.env.WECHATPAY_MCH_ID) {
    return Promise.resolve(readSettings(process.env));
  }
  return localSettings(path.resolve(ROOT, process.env.DATA_DIR ?? '.data'));
}

const CERTAIN = new Set(['open']);

/** What was found, by class, and what is or would be done about it. */
function tell(
  { counts, rows, matched, repaired, feesBooked, differences }: Reconciled,
  wanted: Wanted,
): void {
  say(`\n${wanted.gateway} ${wanted.date}: ${rows} rows, ${matched} match`);
  for (const { class: kind, state, count } of counts) {
    const done =
      CERTAIN.has(state) && !wanted.execute ? 'would be asked for and recorded (--execute)' : state;
    say(`  ${kind.padEnd(14)} ${String(count).padStart(8)}  ${done}`);
  }
  if (counts.length === 0) say('  no differences');
  if (wanted.execute) say(`  repaired now: ${repaired}; gateway fees booked: ${feesBooked}`);
  if (differences > 0) say(`  ${differences} left: see GET /v1/operator/differences`);
}

/** `npm run reconcile`: shown first, executed on command. Exit 0: no difference is left; 1: some are; 2: could not run. */
async function main(args: readonly string[]): Promise<number> {
  const now = (): Date => new Date();
  const wanted = wantedOf(args, billDayOf(now()));
  if (wanted === undefined) {
    say(USAGE);
    return 2;
  }
  const log = jsonLog((line) => say(line), now);
  const deps = createDependencies(await settings(), { now, log });
  try {
    if (!(await isReady(deps.db))) {
      say('The database is not up to date: run `npm run db:migrate` first.');
      return 2;
    }
    const done = await reconcileDay(deps, { ...wanted, say: (line) => say(`  ${line}`) });
    tell(done, wanted);
    const { rows, matched, repaired, differences } = done;
    console.log(JSON.stringify({ rows, matched, repaired, differences }));
    return differences > 0 ? 1 : 0;
  } finally {
    await deps.db.destroy();
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (error instanceof SettingsError || error instanceof NotRunning) say(error.message);
    else if (error instanceof GatewayError) say(`${error.gateway}: ${error.gatewayCode}: ${error.message}`);
    else say(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    process.exitCode = 2;
  },
);
