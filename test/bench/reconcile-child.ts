import { createDependencies } from '../../cloud/functions/dependencies';
import { reconcileDay } from '../../cloud/functions/reconciliation/run';
import { readSettings } from '../../cloud/functions/settings';

process.env.TZ = 'Asia/Shanghai';

/** Reconciles one day in a process of its own, whose memory is then known. The last line is JSON. */
async function main([date = '', mode = '']: readonly string[]): Promise<void> {
  const deps = createDependencies(readSettings(process.env), { log: () => undefined });
  const startedAt = performance.now();
  const done = await reconcileDay(deps, { gateway: 'wechatpay', date, execute: mode === 'execute' });
  const seconds = (performance.now() - startedAt) / 1000;
  const { rows, matched, feesBooked, differences } = done;
  const rssMb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ rows, matched, feesBooked, differences, seconds, rssMb }));
  await deps.db.destroy();
}

void main(process.argv.slice(2));
