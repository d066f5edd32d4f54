import { JOBS_AT_WORK } from './workers';
import type { Actor } from './actor';
import { tell } from './gateways';

/** What happens to machines. */
export const saboteur: Actor = {
  name: 'saboteur',
  actions: [
    {
      name: 'crash_server',
      weight: 3,
      optional: true,
      run: async (world) => {
        world.count('server_crash');
        await world.crash(world.servers);
      },
    },
    {
      name: 'crash_worker',
      weight: 2,
      optional: true,
      run: async (world) => {
        world.count('worker_crash');
        await world.crash(world.workers);
      },
    },
    {
      name: 'crash_in_a_job',
      weight: 3,
      optional: true,
      // Between any two awaits of a job that has just begun.
      run: async (world) => {
        world.count('worker_crash');
        world.work(world.worker(), world.random.pick(JOBS_AT_WORK) ?? 'publish-events');
        await world.run(world.random.between(1, 8));
        await world.crash(world.workers);
      },
    },
    {
      name: 'crash_in_a_notification',
      weight: 3,
      optional: true,
      run: async (world) => {
        const book = world.random.pickOf(world.books.wechatpay, world.books.alipay);
        const notice = book.notices.find(({ accepted, lost }) => !accepted && !lost);
        if (notice === undefined) return;
        world.count('server_crash');
        world.play('tells before a crash', () => tell(world, book, notice));
        await world.run(world.random.between(1, 8));
        await world.crash(world.servers);
      },
    },
    {
      name: 'restart_database',
      weight: 1,
      optional: true,
      run: async (world) => {
        world.count('database_restart');
        await world.cutAll();
      },
    },
  ],
};
