import type { GatewayName } from '../../gateways/port';
import { reconcile } from '../../store';
import type { Dependencies } from '../dependencies';
import { fundTotals, tradeRows } from './bills';
import { repairDay } from './repair';

type Parts = Pick<Dependencies, 'db' | 'payments' | 'gateways' | 'settings' | 'now' | 'newId' | 'log'>;

export interface Reconciled {
  /** Rows of the trade bill. */
  readonly rows: number;
  /** Lines of the bill that agree with our books. */
  readonly matched: number;
  readonly repaired: number;
  readonly feesBooked: number;
  /** Differences of the day that are not settled: open or waiting for a person. */
  readonly differences: number;
  readonly counts: Awaited<ReturnType<typeof reconcile.countDifferences>>;
}

/**
 * Reconciles a gateway's bill of one day with our books. Without `execute` only differences are noted; with it the fees of
 * what agrees are booked and what is certain is repaired, each repair a recorded transition with its posting. Again for the
 * same day it finds the same and repairs nothing twice. Throws GatewayError where the bill is not to be had.
 */
export async function reconcileDay(
  deps: Parts,
  day: {
    readonly gateway: GatewayName;
    readonly date: string;
    readonly execute: boolean;
    readonly say?: (line: string) => void;
  },
): Promise<Reconciled> {
  const { gateway: name, date, execute, say = () => undefined } = day;
  const runId = deps.newId();
  await reconcile.startRun(deps.db, { id: runId, gateway: name, date, executed: execute, now: deps.now() });
  const gateway = await deps.gateways.get(name);
  say('fetching the fund bill');
  const fund = await fundTotals(gateway, date);
  say('fetching the trade bill');
  const rows = await tradeRows(gateway, date, (count) => say(`read ${count} rows`));
  const { billRows, matched, feesBooked } = await reconcile.matchBill(deps.db, {
    gateway: name,
    date,
    runId,
    feeRatePpm: deps.settings[name].feeRatePpm,
    now: deps.now(),
    rows,
    fund,
    execute,
    onStep: (step, count) => say(`${step} ${count} rows`),
  });
  const repaired = await repairDay(deps, { gateway: name, date, execute });
  const counts = await reconcile.countDifferences(deps.db, { gateway: name, date });
  const differences = counts
    .filter(({ state }) => state === 'open' || state === 'waiting')
    .reduce((sum, { count }) => sum + count, 0);
  await reconcile.finishRun(deps.db, {
    id: runId,
    billRows,
    matched,
    repaired,
    feesBooked,
    unresolved: differences,
    now: deps.now(),
  });
  const report = { rows: billRows, matched, repaired, feesBooked, differences };
  deps.log(differences > 0 ? 'warn' : 'info', 'reconciled', { gateway: name, date, execute, ...report });
  return { ...report, counts };
}
