import type { Database } from './database';
import { recordPayment, recordPayments, type RecordedPayment, type ReportedSuccess } from './payments';

/** Whoever records what gateways report: one by one, or many that arrive together in one transaction. */
export interface PaymentRecorder {
  /** As `recordPayment` does. */
  record(success: ReportedSuccess): Promise<{ readonly outcome: RecordedPayment }>;
  /** Resolves once nothing waits any more. */
  drain(): Promise<void>;
}

/** More payments wait than the database can record soon: the gateway is to send its notification again. */
export class PaymentQueueFull extends Error {
  override readonly name = 'PaymentQueueFull';
}

/** Each payment in a transaction of its own. */
export const unbatchedPayments = (db: Database): PaymentRecorder => ({
  record: (success) => recordPayment(db, success),
  drain: () => Promise.resolve(),
});

/** More in one transaction gain nothing and make each wait longer. */
const BATCH_MAX = 120;
const LANES = 3;
/** Longer than a transaction takes that waits for nobody: after it, the one under way does not hold up others. */
const PATIENCE_MS = 50;
/** What these record in a second or two. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly success: ReportedSuccess;
  /** Of `performance.now`. */
  readonly since: number;
  readonly resolve: (recorded: { readonly outcome: RecordedPayment }) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records a payment at once where nothing is under way; those that arrive meanwhile go together in the next transaction:
 * the more at a time, the less each costs. Beside those under way another begins once as many payments wait as these
 * hold, or one has waited for `PATIENCE_MS`. So a lone payment waits for nobody, and many share one flush to disk, one round trip and the
 * locks of a hot payee. Uses at most `lanes` connections. Rejects with PaymentQueueFull where `waitingMax` wait already.
 */
export function batchPayments(
  db: Database,
  limits: { readonly batchMax?: number; readonly waitingMax?: number; readonly lanes?: number } = {},
): PaymentRecorder {
  const { batchMax = BATCH_MAX, waitingMax = WAITING_MAX, lanes = LANES } = limits;
  let waiting: Waiting[] = [];
  const underWay = new Set<Promise<void>>();
  let paymentsUnderWay = 0;
  let alarm: NodeJS.Timeout | undefined;

  const isTime = ({ since }: Waiting): boolean =>
    underWay.size < lanes &&
    (waiting.length >= Math.min(paymentsUnderWay, batchMax) || performance.now() - since >= PATIENCE_MS);

  const startLanes = (): void => {
    for (let [first] = waiting; first !== undefined && isTime(first); [first] = waiting) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      paymentsUnderWay += batch.length;
      const done = recordBatch(db, batch).then(() => {
        underWay.delete(done);
        paymentsUnderWay -= batch.length;
        startLanes();
      });
      underWay.add(done);
    }
    if (waiting.length > 0) {
      alarm ??= setTimeout(() => {
        alarm = undefined;
        startLanes();
      }, PATIENCE_MS);
    }
  };

  return {
    record(success) {
      return new Promise((resolve, reject) => {
        if (waiting.length >= waitingMax) {
          reject(new PaymentQueueFull(`${waiting.length} payments wait to be recorded`));
          return;
        }
        waiting.push({ success, since: performance.now(), resolve, reject });
        startLanes();
      });
    },
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
      clearTimeout(alarm);
      alarm = undefined;
    },
  };
}

/** Never rejects: what happened goes to those who wait for it. */
async function recordBatch(db: Database, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch;
  if (first !== undefined && batch.length === 1) return recordAlone(db, first);
  try {
    const recorded = await recordPayments(
      db,
      batch.map(({ success }) => success),
    );
    batch.forEach(({ resolve, reject }, place) => {
      const outcome = recorded[place];
      if (outcome === undefined) reject(new Error('record_payments answered too little'));
      else resolve({ outcome });
    });
  } catch (error) {
    if (isRefusal(error)) {
      // One of them is at fault, and the others must not pay for it.
      for (const one of batch) await recordAlone(db, one);
    } else {
      for (const { reject } of batch) reject(error);
    }
  }
}

const recordAlone = (db: Database, { success, resolve, reject }: Waiting): Promise<void> =>
  recordPayment(db, success).then(resolve, reject);

/** SQLSTATE classes of a server that cannot work (lost, out of means, ending): trying each alone would not help. */
const UNABLE = /^(08|53|57|58|XX)/;

/** Whether PostgreSQL took the statement in and refused it, as against not having been reached. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) && !UNABLE.test(code);
}
