import type { Actor } from './actor';

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
