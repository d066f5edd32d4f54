import { paths } from '../../../cloud/contract/paths';
import type { Book } from '../gateways/book';
import type { BookPayment } from '../gateways/kept';
import type { World } from '../world';
import type { Actor } from './actor';
import { newKey, press } from './phone';

export interface Payable {
  readonly book: Book;
  readonly payment: BookPayment;
}

/** Payments that a gateway would still take, newest last. */
export const pending = (world: World): readonly Payable[] =>
  Object.values(world.books).flatMap((book) =>
    [...book.payments.values()]
      .filter((payment) => book.stateOf(payment) === 'pending')
      .map((payment) => ({ book, payment })),
  );

const orderOf = (world: World, outTradeNo: string): string | undefined =>
  world.auditor.mirror.attemptOf(outTradeNo)?.order_id;

/** Confirms in the window. Counts a second success of an order. */
export function pay(world: World, { book, payment }: Payable): boolean {
  const orderId = orderOf(world, payment.outTradeNo);
  const before = Object.values(world.books).some((other) =>
    [...other.payments.values()].some(
      (known) => known.state === 'paid' && orderOf(world, known.outTradeNo) === orderId,
    ),
  );
  if (!book.pay(payment)) return false;
  if (before && orderId !== undefined) world.count('second_success');
  world.note(`  ${payment.outTradeNo} is paid`);
  return true;
}

/** What people do in the gateways' own windows, which the cloud does not see. */
export const payers: Actor = {
  name: 'payer',
  actions: [
    {
      name: 'pay',
      weight: 30,
      run: (world) => {
        const payable = world.random.pick(pending(world).slice(-6));
        if (payable !== undefined) pay(world, payable);
      },
    },
    {
      name: 'pay_every_window',
      weight: 2,
      optional: true,
      // Two windows of one order are open, and both are confirmed.
      run: (world) => {
        const payable = world.random.pick(pending(world));
        if (payable === undefined) return;
        const orderId = orderOf(world, payable.payment.outTradeNo);
        for (const other of pending(world)) {
          if (orderOf(world, other.payment.outTradeNo) === orderId) pay(world, other);
        }
      },
    },
    {
      name: 'pay_while_cancelling',
      weight: 4,
      optional: true,
      run: (world) => {
        const payable = world.random.pick(pending(world).slice(-6));
        const orderId = payable && orderOf(world, payable.payment.outTradeNo);
        const who = world.people.find((person) => person.orders.some((order) => order.id === orderId));
        if (payable === undefined || orderId === undefined || who === undefined) return;
        world.play('pays while cancelling', async () => {
          const cancelling = press(world, who, {
            path: paths.orderCancel(orderId),
            body: {},
            key: newKey(world),
          });
          for (let pauses = world.random.below(6); pauses > 0; pauses -= 1) await world.pause();
          if (pay(world, payable)) world.count('cancel_racing_payment');
          await cancelling;
        });
      },
    },
    {
      name: 'pay_at_expiry',
      weight: 3,
      optional: true,
      run: (world) => {
        const payable = world.random.pick(pending(world));
        if (payable === undefined) return;
        const left = payable.payment.expiresAtMs - world.nowMs;
        if (left > 0) world.advance(left);
        world.work(world.worker(), 'close-expired-orders');
        world.play('pays at the last moment', async () => {
          for (let pauses = world.random.below(6); pauses > 0; pauses -= 1) await world.pause();
          if (pay(world, payable)) world.count('expiry_racing_payment');
        });
      },
    },
    {
      name: 'pay_closed',
      weight: 2,
      optional: true,
      // The bank had the money already when the gateway closed.
      run: (world) => {
        const closed = Object.values(world.books).flatMap((book) =>
          [...book.payments.values()]
            .filter((payment) => book.stateOf(payment) === 'closed')
            .map((payment) => ({ book, payment })),
        );
        const payable = world.random.pick(closed.slice(-6));
        if (payable === undefined) return;
        payable.book.payLate(payable.payment);
        world.count('late_success_after_close');
      },
    },
  ],
};
