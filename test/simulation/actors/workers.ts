import type { JobName } from '../../../cloud/contract/types';
import type { World } from '../world';
import type { Actor } from './actor';

/** The jobs that these worlds are about. */
export const JOBS_AT_WORK: readonly JobName[] = [
  'settle-unresolved-attempts',
  'close-expired-orders',
  'send-requested-refunds',
  'close-settlements',
  'send-payouts',
  'publish-events',
];
/** What is done once a day, after the bills are made. */
const MORNING_JOBS: readonly JobName[] = ['close-settlements', 'send-payouts', 'reconcile-yesterday'];

const job = (world: World): JobName => world.random.pick(JOBS_AT_WORK) ?? 'publish-events';

/** The processes that do what is due. */
export const workers: Actor = {
  name: 'worker',
  actions: [
    { name: 'run_job', weight: 12, run: (world) => world.work(world.worker(), job(world)) },
    {
      name: 'run_all',
      weight: 2,
      run: (world) => {
        const worker = world.worker();
        for (const name of JOBS_AT_WORK) world.work(worker, name);
      },
    },
    {
      name: 'run_morning',
      weight: 4,
      run: (world) => {
        const worker = world.worker();
        for (const name of MORNING_JOBS) world.work(worker, name);
      },
    },
    // It looks at everything, which is dear; every run ends with it.
    { name: 'check', weight: 1, run: (world) => world.work(world.worker(), 'check-ledger') },
    {
      name: 'run_together',
      weight: 3,
      optional: true,
      run: (world) => {
        const name = world.random.chance(100) ? 'reconcile-yesterday' : job(world);
        world.count('concurrent_workers');
        for (const worker of world.workers) world.work(worker, name);
      },
    },
  ],
};
