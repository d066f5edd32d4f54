import type { Book } from '../gateways/book';
import type { BookPayout } from '../gateways/payouts';
import type { World } from '../world';
import type { Actor } from './actor';
import { MERCHANTS } from './merchants';

const book = (world: World): Book => world.random.pickOf<Book>(world.books.wechatpay, world.books.alipay);

const payoutIn = (world: World, { payouts }: Book, ...states: readonly BookPayout['state'][]) =>
  world.random.pick(payouts.inState(...states));

/** Ends a payout that was not done when it was asked for. */
export function finish(world: World, { payouts }: Book, payout: BookPayout): void {
  if (payout.slow) world.count('payout_late_result');
  payouts.end(payout, 'paid');
}

/** Whom merchants are paid out to, and the banks behind them. */
export const payees: Actor = {
  name: 'payee',
  actions: [
    {
      name: 'take',
      weight: 6,
      run: (world) => {
        const from = book(world);
        const payout = payoutIn(world, from, 'processing', 'awaiting_payee');
        if (payout !== undefined) finish(world, from, payout);
      },
    },
    {
      name: 'let_lapse',
      weight: 2,
      optional: true,
      // Not confirmed in time, or not taken by the bank.
      run: (world) => {
        const from = book(world);
        const payout = payoutIn(world, from, 'processing', 'awaiting_payee');
        if (payout === undefined) return;
        from.payouts.end(payout, 'failed');
        world.count('payout_lapsed');
      },
    },
    {
      name: 'send_back',
      weight: 2,
      optional: true,
      run: (world) => {
        const from = book(world);
        const payout = payoutIn(world, from, 'paid');
        // Only what is fresh comes back: it is asked about for three days.
        if (payout === undefined || world.nowMs - payout.takenAtMs > 86_400_000) return;
        from.payouts.end(payout, 'returned');
        world.count('payout_returned');
      },
    },
    {
      name: 'close_account',
      weight: 2,
      optional: true,
      run: (world) => {
        const from = book(world);
        const payee = world.random.between(1, MERCHANTS);
        const prefix = from.name === 'alipay' ? 'alipay' : 'wechat';
        from.payouts.closed.add(`${prefix}-merchant-${payee}`);
      },
    },
    {
      name: 'open_accounts',
      weight: 1,
      run: (world) => book(world).payouts.closed.clear(),
    },
    {
      name: 'slow_down',
      weight: 2,
      optional: true,
      run: (world) => {
        const { payouts } = book(world);
        payouts.slow = !payouts.slow;
      },
    },
  ],
};
