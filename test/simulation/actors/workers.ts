import { JOB_NAMES } from '../../../cloud/functions/job/jobs';
import type { JobName } from '../../../cloud/contract/types';
import type { World } from '../world';
import type { Actor } from './actor';

const job = (world: World): JobName => world.random.pick(JOB_NAMES) ?? 'publish-events';

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
        for (const name of JOB_NAMES) world.work(worker, name);
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
