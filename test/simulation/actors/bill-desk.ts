import { paths } from '../../../cloud/contract/paths';
import { reconcileDay } from '../../../cloud/functions/reconciliation/run';
import { GatewayError } from '../../../cloud/gateways/port';
import { verdictOn } from '../auditor/bills';
import type { DifferenceRow } from '../auditor/rows';
import { BILL_ERRORS, chinaDay } from '../gateways/bills';
import type { Book } from '../gateways/book';
import type { World } from '../world';
import type { Actor } from './actor';
import { ask } from './desk';
import { newKey } from './phone';

const waiting = (world: World): readonly DifferenceRow[] =>
  [...world.auditor.mirror.all('differences').values()].filter(({ state }) => state === 'waiting');

async function resolve(world: World, difference: DifferenceRow): Promise<void> {
  const action = verdictOn(world.books[difference.gateway].bills.errors, difference);
  const body = { action, reason: '与网关核对过' };
  await ask(world, { path: paths.operatorDifferenceResolve(difference.id), body, key: newKey(world) });
}

/** Matches a day's bill, as the command does. */
export function reconcile(world: World, book: Book, date: string, execute: boolean): void {
  const worker = world.worker();
  world.inside(worker, `reconciles ${book.name} ${date}`, async () => {
    try {
      await reconcileDay(worker.deps, { gateway: book.name, date, execute });
    } catch (error) {
      // No bill is to be had now.
      if (!(error instanceof GatewayError)) throw error;
    }
  });
}

/** Who holds the gateways' bills beside the books, and the gateways who make them. */
export const billDesk: Actor = {
  name: 'bill_desk',
  actions: [
    {
      name: 'reconcile',
      weight: 2,
      run: (world) => {
        const book = world.random.pickOf<Book>(world.books.wechatpay, world.books.alipay);
        const days = book.bills.days().filter((date) => date < chinaDay(world.nowMs));
        const date = world.random.pick(days);
        if (date !== undefined) reconcile(world, book, date, world.random.chance(700));
      },
    },
    {
      name: 'resolve',
      weight: 3,
      run: (world) => {
        const difference = world.random.pick(waiting(world));
        if (difference !== undefined) world.play('resolves a difference', () => resolve(world, difference));
      },
    },
    {
      name: 'mistake',
      weight: 3,
      optional: true,
      // Tomorrow's bill of today will be wrong about one payment, its sums or what else came in.
      run: (world) => {
        const book = world.random.pickOf<Book>(world.books.wechatpay, world.books.alipay);
        const date = chinaDay(world.nowMs);
        const known = new Set(book.bills.errors.map(({ number }) => number));
        const payment = world.random.pick(
          [...book.payments.values()].filter(
            ({ outTradeNo, paidAtMs }) =>
              paidAtMs !== undefined &&
              chinaDay(paidAtMs) === date &&
              !known.has(outTradeNo) &&
              world.auditor.mirror.attemptOf(outTradeNo)?.state === 'succeeded',
          ),
        );
        const kind = world.random.pickOf(...BILL_ERRORS);
        const isOfDay = kind === 'bill_wrong_sum' || kind === 'bill_foreign_row';
        if (isOfDay ? known.has(`${kind} ${date}`) : payment === undefined) return;
        book.bills.mistake({ kind, date, number: isOfDay ? `${kind} ${date}` : (payment?.outTradeNo ?? '') });
        world.count(kind);
      },
    },
  ],
};

/** Decides about every difference that waits for a person. */
export function resolveAll(world: World): void {
  for (const difference of waiting(world)) {
    world.play('resolves a difference', () => resolve(world, difference));
  }
}
