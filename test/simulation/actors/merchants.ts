import { linkCode } from '../../../cloud/domain';
import { createLink } from '../../../cloud/store';
import type { Actor } from './actor';

/** Merchants of these worlds. */
export const MERCHANTS = 6;

export const merchantId = (ordinal: number): string => `01900000-0000-7000-8000-00000000000${ordinal}`;

/** Who shares links to be paid by. */
export const merchants: Actor = {
  name: 'merchant',
  actions: [
    {
      name: 'share_link',
      weight: 1,
      run: (world) => {
        const code = linkCode(world.random.bytes(9));
        const server = world.server();
        world.inside(server, 'shares a link', async () => {
          await createLink(server.deps.db, {
            code,
            merchantId: merchantId(world.random.between(1, MERCHANTS)),
            amountFen: null,
            remark: '',
            expiresAt: world.random.chance(300) ? new Date(world.nowMs + 600_000) : null,
            now: server.deps.now(),
          });
          world.links.push(code);
        });
      },
    },
  ],
};
