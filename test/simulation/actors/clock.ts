import { chinaDay, chinaDayStartMs } from '../gateways/bills';
import type { Actor } from './actor';

const HOUR_MS = 3_600_000;

/** Time, which passes for all alike, and the clocks of processes, which do not agree with it. */
export const clock: Actor = {
  name: 'clock',
  actions: [
    {
      name: 'pass',
      weight: 8,
      run: (world) => world.advance(world.random.between(1_000, 30_000)),
    },
    {
      name: 'pass_long',
      weight: 1,
      run: (world) => world.advance(world.random.between(60_000, 900_000)),
    },
    {
      name: 'pass_night',
      weight: 2,
      // What is under way has ended by then: no process stands still for a night and goes on.
      run: async (world) => {
        await world.run();
        const tomorrowMs = chinaDayStartMs(chinaDay(world.nowMs)) + 24 * HOUR_MS;
        world.advance(tomorrowMs + world.random.between(8 * HOUR_MS, 16 * HOUR_MS) - world.nowMs);
      },
    },
    {
      name: 'jump_forward',
      weight: 1,
      optional: true,
      run: (world) => {
        const { name } = world.random.chance(500) ? world.server() : world.worker();
        world.skewMs.set(name, (world.skewMs.get(name) ?? 0) + world.random.between(10_000, 1_200_000));
        world.count('clock_jump_forward');
      },
    },
    {
      name: 'jump_back',
      weight: 1,
      optional: true,
      run: (world) => {
        const { name } = world.random.chance(500) ? world.server() : world.worker();
        world.skewMs.set(name, (world.skewMs.get(name) ?? 0) - world.random.between(10_000, 1_200_000));
        world.count('clock_jump_back');
      },
    },
    {
      name: 'set_right',
      weight: 1,
      run: (world) => {
        if ([...world.skewMs.values()].some((skew) => Math.abs(skew) > 60_000)) world.count('clock_skew');
        world.skewMs.clear();
      },
    },
  ],
};
