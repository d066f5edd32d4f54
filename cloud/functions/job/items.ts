import type { JobName } from '../../contract/types';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';

/** Counts of what one run of a job did. */
export type JobReport = Readonly<Record<string, number>>;

export type Job = (deps: Dependencies) => Promise<JobReport>;

/** One item that fails unexpectedly must not keep the others from their turn. */
export async function forEach<Item>(
  deps: Dependencies,
  job: JobName,
  items: readonly Item[],
  report: { failed: number },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      report.failed += 1;
      deps.log('error', 'job_item_failed', { job, ...errorFields(error) });
    }
  }
}
