import type { JobName } from '../../../cloud/contract/types';
import type { World } from '../world';
import type { Actor } from './actor';

/** The jobs that these worlds are about. */
export const JOBS_AT_WORK: readonly JobName[] = [
  'settle-unresolved-attempts',
  'close-expired-orders',
  'send-requested-refunds',
  'publish-events',
  'check-ledger',
];

const job = (world: World): JobName => world.random.pick(JOBS_AT_WORK) ?? 'publish-events';

/** The processes that do what is due. */
export const workers: Actor = {
  name: 'worker',
  actions: [
    { name: 'run_job', weight: 10, run: (world) => world.work(world.worker(), job(world)) },
    {
      name: 'run_all',
      weight: 2,
      run: (world) => {
        const worker = world.worker();
        for (const name of JOBS_AT_WORK) world.work(worker, name);
      },
    },
    {
      name: 'run_together',
      weight: 3,
      optional: true,
      run: (world) => {
        const name = job(world);
        world.count('concurrent_workers');
        for (const worker of world.workers) world.work(worker, name);
      },
    },
  ],
};
