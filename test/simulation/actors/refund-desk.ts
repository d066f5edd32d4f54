import { paths } from '../../../cloud/contract/paths';
import { chinaDay, chinaDayStartMs } from '../gateways/bills';
import type { Book, Notice } from '../gateways/book';
import type { BookPayment } from '../gateways/kept';
import { numberOf } from '../auditor/mirror';
import type { OrderRow, RefundRow } from '../auditor/rows';
import { OPERATORS } from '../process';
import type { World } from '../world';
import type { Actor } from './actor';
import { ask } from './desk';
import { tell } from './gateways';
import { pay, pending } from './payers';
import { newKey } from './phone';

const isRefundable = ({ state }: OrderRow): boolean => state === 'paid' || state === 'partially_refunded';

/** A recent order that may be refunded; seldom any other, which must be refused. */
function refundable(world: World): OrderRow | undefined {
  const orders = [...world.auditor.mirror.all('orders').values()];
  const wanted = world.random.chance(50) ? orders : orders.filter(isRefundable);
  return world.random.pick(wanted.slice(-8));
}

/** The whole rest, a part, as little as there is, or more than there is. */
function partOf(world: World, order: OrderRow): number | undefined {
  const { random } = world;
  switch (random.below(6)) {
    case 0:
      return 1;
    case 1:
      return order.amount_fen + 1;
    case 2:
    case 3:
      return random.between(1, order.amount_fen);
    default:
      return undefined;
  }
}

/** Asks for a refund under a key. */
async function refund(world: World, orderId: string, amountFen: number | undefined, key = newKey(world)) {
  const body = { reason: '不想要了', ...(amountFen !== undefined && { amountFen }) };
  // A key is its operator's alone.
  const operator = OPERATORS[Number(key.split('-')[1]) % OPERATORS.length];
  const answer = await ask(world, { path: paths.operatorOrderRefunds(orderId), body, key }, operator);
  if (answer.status !== 201) return;
  world.auditor.acknowledge(key, { table: 'refunds', id: String(answer.body.id), text: answer.text });
}

const inReview = (world: World): readonly RefundRow[] =>
  [...world.auditor.mirror.all('refunds').values()].filter(({ state }) => state === 'needs_review');

/**
 * Decides about a refund that waits for a person. What the gateway returned is marked so; what a bank did not take is seen
 * to in the gateway's console or returned by hand, never both; what the gateway refuses is tried again or returned by hand.
 */
export async function decide(world: World, { id, gateway }: RefundRow): Promise<void> {
  const known = world.books[gateway].refundOf(numberOf(id));
  const settle = (returnedBy: 'gateway' | 'person'): Promise<unknown> => {
    if (returnedBy === 'person') world.auditor.handOver(id);
    const body = { reason: '已核实', returnedBy };
    return ask(world, { path: paths.operatorRefundSettle(id), body, key: newKey(world) });
  };
  if (known?.refund.state === 'succeeded') return void (await settle('gateway'));
  if (world.auditor.wasHandedOver(id)) return void (await settle('person'));
  if (known?.refund.state === 'abnormal' && world.random.chance(500)) {
    world.books[gateway].endRefund(known.payment, known.refund, 'succeeded');
    return void (await settle('gateway'));
  }
  if (world.random.chance(500)) return void (await settle('person'));
  const body = { reason: '再试一次' };
  await ask(world, { path: paths.operatorRefundRetry(id), body, key: newKey(world) });
}

interface Arriving {
  readonly book: Book;
  readonly payment: BookPayment;
  readonly notice: Notice | undefined;
  readonly orderId: string;
}

/** Payments of orders that may be refunded, which are about to be made or to be told. */
function arriving(world: World): readonly Arriving[] {
  const { mirror } = world.auditor;
  const orderOf = ({ outTradeNo }: BookPayment): string => mirror.attemptOf(outTradeNo)?.order_id ?? '';
  const told = Object.values(world.books).flatMap((book) =>
    book.notices.flatMap((notice) =>
      notice.kind === 'payment' && !notice.accepted && !notice.lost
        ? [{ book, payment: notice.payment, notice, orderId: orderOf(notice.payment) }]
        : [],
    ),
  );
  const second = pending(world)
    .map(({ book, payment }) => ({ book, payment, notice: undefined, orderId: orderOf(payment) }))
    .filter(({ orderId }) => {
      const order = mirror.all('orders').get(orderId);
      return order !== undefined && isRefundable(order);
    });
  return [...told, ...second].filter(({ orderId }) => orderId !== '');
}

/** Who gives money back. */
export const refundDesk: Actor = {
  name: 'refund_desk',
  actions: [
    {
      name: 'refund',
      weight: 8,
      run: (world) => {
        const order = refundable(world);
        if (order === undefined) return;
        const amountFen = partOf(world, order);
        world.play('refunds', () => refund(world, order.id, amountFen));
      },
    },
    {
      name: 'refund_at_once',
      weight: 2,
      optional: true,
      // One operator presses twice, or two want the same money back.
      run: (world) => {
        const order = refundable(world);
        if (order === undefined) return;
        const amountFen = partOf(world, order);
        const key = newKey(world);
        world.count('refund_racing_refund');
        world.play('refunds', () => refund(world, order.id, amountFen, key));
        const other = world.random.chance(300) ? key : newKey(world);
        world.play('refunds at once', () => refund(world, order.id, amountFen, other));
      },
    },
    {
      name: 'refund_while_paying',
      weight: 5,
      optional: true,
      // The payment, or a second one of the same order, arrives while a refund of it is asked for.
      run: (world) => {
        const next = world.random.pick(arriving(world));
        if (next === undefined) return;
        const { book, payment, orderId } = next;
        world.play('refunds while paying', async () => {
          const asking = refund(world, orderId, undefined);
          for (let pauses = world.random.below(6); pauses > 0; pauses -= 1) await world.pause();
          const paid = next.notice !== undefined || pay(world, { book, payment });
          const notice = next.notice ?? book.notices.at(-1);
          if (paid && notice !== undefined) {
            world.count('refund_racing_payment');
            await tell(world, book, notice);
          }
          await asking;
        });
      },
    },
    {
      name: 'refund_while_settling',
      weight: 3,
      optional: true,
      // A batch takes what the merchant is owed while a refund wants a part of it.
      run: (world) => {
        const { mirror } = world.auditor;
        const todayMs = chinaDayStartMs(chinaDay(world.nowMs));
        const due = [...mirror.all('postings').values()].filter(
          ({ id, kind, created_at: at }) =>
            kind === 'payment' && Date.parse(at) < todayMs && !mirror.all('settlement_lines').has(id),
        );
        const orderId = world.random.pick(due)?.order_id;
        if (orderId === undefined) return;
        world.count('refund_racing_settlement');
        world.work(world.worker(), 'close-settlements');
        world.play('refunds while settling', () => refund(world, orderId, undefined));
      },
    },
    {
      name: 'decide',
      weight: 4,
      run: (world) => {
        const waiting = world.random.pick(inReview(world));
        if (waiting !== undefined) world.play('decides about a refund', () => decide(world, waiting));
      },
    },
    {
      name: 'decide_at_once',
      weight: 4,
      optional: true,
      // Two operators take up the same case, and may not agree.
      run: (world) => {
        const waiting = world.random.pick(inReview(world));
        if (waiting === undefined) return;
        world.count('concurrent_operators');
        for (let operator = 0; operator < 2; operator += 1) {
          world.play('decides about a refund', () => decide(world, waiting));
        }
      },
    },
  ],
};

/** Decides about everything that waits. */
export function decideAll(world: World): void {
  for (const waiting of inReview(world)) world.play('decides about a refund', () => decide(world, waiting));
}
