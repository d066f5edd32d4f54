import { paths } from '../../../cloud/contract/paths';
import type { SettlementRow } from '../auditor/rows';
import type { World } from '../world';
import type { Actor } from './actor';
import { ask } from './desk';
import { merchantId, MERCHANTS } from './merchants';

const inState = (world: World, ...states: readonly string[]): readonly SettlementRow[] =>
  [...world.auditor.mirror.all('settlements').values()].filter(({ state }) => states.includes(state));

const retry = (world: World, { id }: SettlementRow): Promise<unknown> =>
  ask(world, { method: 'POST', path: `${paths.operatorSettlement(id)}/retry` });

const payByHand = (world: World, { id }: SettlementRow): Promise<unknown> =>
  ask(world, {
    path: `${paths.operatorSettlement(id)}/paid-by-hand`,
    body: { reference: `bank-${(world.serial += 1)}` },
  });

const decide = (world: World, batch: SettlementRow): Promise<unknown> =>
  world.random.chance(500) ? retry(world, batch) : payByHand(world, batch);

const setHold = (world: World, id: string, held: boolean): Promise<unknown> => {
  const path = `${paths.operatorMerchant(id)}/settlement-hold`;
  return ask(world, held ? { path, body: { reason: '核查中' } } : { method: 'DELETE', path });
};

const merchant = (world: World): string => merchantId(world.random.between(1, MERCHANTS));

/** Who sees to it that merchants get their money. */
export const settlementDesk: Actor = {
  name: 'settlement_desk',
  actions: [
    {
      name: 'decide',
      weight: 4,
      run: (world) => {
        const batch = world.random.pick(inState(world, 'needs_review'));
        if (batch !== undefined)
          world.play('decides about a batch', async () => void (await decide(world, batch)));
      },
    },
    {
      name: 'decide_at_once',
      weight: 3,
      optional: true,
      run: (world) => {
        const batch = world.random.pick(inState(world, 'needs_review', 'closed'));
        if (batch === undefined) return;
        world.count('concurrent_operators');
        world.work(world.worker(), 'send-payouts');
        for (let operator = 0; operator < 2; operator += 1) {
          world.play('decides about a batch', async () => void (await decide(world, batch)));
        }
      },
    },
    {
      name: 'hold',
      weight: 1,
      run: (world) => {
        const id = merchant(world);
        world.play('holds a merchant', async () => void (await setHold(world, id, true)));
      },
    },
    {
      name: 'release',
      weight: 2,
      run: (world) => {
        const id = merchant(world);
        world.play('releases a merchant', async () => void (await setHold(world, id, false)));
      },
    },
  ],
};

/** Lets every merchant be paid again. */
export function releaseAll(world: World): void {
  for (let ordinal = 1; ordinal <= MERCHANTS; ordinal += 1) {
    const id = merchantId(ordinal);
    world.play('releases a merchant', async () => void (await setHold(world, id, false)));
  }
}

/** Decides about every batch that waits for a person. */
export function decideBatches(world: World): void {
  for (const batch of inState(world, 'needs_review')) {
    world.play('decides about a batch', async () => void (await decide(world, batch)));
  }
}
