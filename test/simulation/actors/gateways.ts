import { paths } from '../../../cloud/contract/paths';
import type { GatewayName } from '../../../cloud/gateways/port';
import type { Book, Notice } from '../gateways/book';
import type { BookPayment } from '../gateways/kept';
import { writeLetter, type Letter } from '../gateways/letters';
import type { World } from '../world';
import type { Actor } from './actor';

const book = (world: World): Book => world.random.pickOf<Book>(world.books.wechatpay, world.books.alipay);

/** Notices that the gateway still tells. */
const waiting = ({ notices }: Book): readonly Notice[] =>
  notices.filter((notice) => !notice.accepted && !notice.lost);

/** Sends a letter to a server; whether it was taken. */
async function post(world: World, gateway: GatewayName, letter: Letter): Promise<boolean> {
  const request = new Request(`http://localhost${paths.notify(gateway)}`, {
    method: 'POST',
    headers: letter.headers,
    body: letter.body,
  });
  const answer = await world.send(world.server(), request, `notification of ${gateway}`);
  return answer.status === 200 && answer.text === 'success';
}

/** Tells a notice once, truthfully. */
export async function tell(world: World, { name }: Book, notice: Notice): Promise<void> {
  const letter = writeLetter(name, notice, { nowMs: world.nowMs });
  notice.sends += 1;
  if (await post(world, name, letter)) notice.accepted = true;
}

/** Sends what must not be taken. */
async function forge(world: World, gateway: GatewayName, letter: Letter): Promise<void> {
  if (await post(world, gateway, letter)) {
    world.auditor.report('believed', `${gateway}: a notification was taken that is not genuine`);
  }
}

/** Whether money of this payment is to go back and has not gone. */
function isWanted(world: World, { outTradeNo }: BookPayment): boolean {
  const { mirror } = world.auditor;
  const attempt = mirror.attemptOf(outTradeNo);
  if (attempt === undefined) return false;
  return mirror
    .refundsOf(attempt.order_id)
    .some((refund) => refund.attempt_id === attempt.id && refund.state !== 'succeeded');
}

const oldest = (world: World): { from: Book; notice: Notice } | undefined => {
  const from = book(world);
  const notice = waiting(from)[0];
  return notice && { from, notice };
};

/** What gateways do by themselves. */
export const gateways: Actor = {
  name: 'gateway',
  actions: [
    {
      name: 'tell',
      weight: 14,
      run: (world) => {
        const next = oldest(world);
        if (next !== undefined) world.play('tells', () => tell(world, next.from, next.notice));
      },
    },
    {
      name: 'tell_twice',
      weight: 3,
      optional: true,
      run: (world) => {
        const next = oldest(world);
        if (next === undefined) return;
        world.count('doubled_notification');
        for (let send = 0; send < 2; send += 1) {
          world.play('tells twice', () => tell(world, next.from, next.notice));
        }
      },
    },
    {
      name: 'tell_out_of_order',
      weight: 3,
      optional: true,
      run: (world) => {
        const from = book(world);
        const notices = waiting(from);
        const last = notices.at(-1);
        if (last === undefined || notices.length < 2) return;
        world.count('reordered_notification');
        world.play('tells out of order', () => tell(world, from, last));
      },
    },
    {
      name: 'tell_again',
      weight: 2,
      optional: true,
      // The answer to the first send was lost on the way back.
      run: (world) => {
        const from = book(world);
        const notice = world.random.pick(from.notices.filter(({ accepted }) => accepted));
        if (notice === undefined) return;
        world.count('late_notification');
        world.play('tells again', () => tell(world, from, notice));
      },
    },
    {
      name: 'tell_while_refunding',
      weight: 4,
      optional: true,
      // The payment is told once more while its money is on its way back.
      run: (world) => {
        const from = book(world);
        const notices = from.notices.filter(
          (notice) => notice.kind === 'payment' && isWanted(world, notice.payment),
        );
        const notice = world.random.pick(notices);
        if (notice === undefined) return;
        world.count('refund_racing_payment');
        world.work(world.worker(), 'send-requested-refunds');
        world.play('tells while refunding', () => tell(world, from, notice));
      },
    },
    {
      name: 'lose',
      weight: 3,
      optional: true,
      run: (world) => {
        const next = oldest(world);
        if (next === undefined) return;
        const { notice } = next;
        notice.lost = true;
        world.count('lost_notification');
        if (notice.kind !== 'payment') return;
        const { state } = world.auditor.mirror.attemptOf(notice.payment.outTradeNo) ?? {};
        // Nobody asks about an attempt that has ended: money that comes after that is in the bill alone.
        if (state === 'closed' || state === 'failed') world.count('late_success_lost');
      },
    },
    {
      name: 'tell_wrong_amount',
      weight: 2,
      optional: true,
      run: (world) => {
        const next = oldest(world);
        if (next === undefined || next.notice.kind !== 'payment' || next.notice.payment.late) return;
        const { from, notice } = next;
        const totalFen = notice.payment.totalFen + world.random.pickOf(-1, 1, 100);
        world.count('wrong_amount');
        const other: Notice = { ...notice, id: `${notice.id}-wrong` };
        world.play('tells a wrong amount', async () => {
          await post(world, from.name, writeLetter(from.name, other, { nowMs: world.nowMs, totalFen }));
        });
      },
    },
    {
      name: 'tell_tampered',
      weight: 2,
      optional: true,
      run: (world) => {
        const next = oldest(world);
        if (next === undefined) return;
        const letter = writeLetter(next.from.name, next.notice, { nowMs: world.nowMs });
        const body = letter.body.replace(/Fen":(\d)/, (_, digit: string) => `Fen":${digit}0`);
        world.count('tampered_notification');
        world.play('tells what was tampered with', () =>
          forge(world, next.from.name, { headers: letter.headers, body }),
        );
      },
    },
    {
      name: 'tell_stale',
      weight: 2,
      optional: true,
      run: (world) => {
        const next = oldest(world);
        if (next === undefined) return;
        // Far beyond what the clocks of processes are off.
        const letter = writeLetter(next.from.name, next.notice, { nowMs: world.nowMs - 86_400_000 });
        world.count('stale_notification');
        world.play('replays an old notification', () => forge(world, next.from.name, letter));
      },
    },
    {
      name: 'finish_refund',
      weight: 2,
      run: (world) => {
        const from = book(world);
        for (const payment of from.payments.values()) {
          for (const refund of payment.refunds) {
            if (refund.state === 'processing') {
              from.endRefund(payment, refund, 'succeeded');
              return;
            }
          }
        }
      },
    },
    {
      name: 'give_up_refund',
      weight: 2,
      optional: true,
      run: (world) => {
        for (const payment of world.books.wechatpay.payments.values()) {
          const refund = payment.refunds.find(({ state }) => state === 'processing');
          if (refund === undefined) continue;
          world.books.wechatpay.endRefund(payment, refund, 'abnormal');
          world.count('refund_abnormal');
          return;
        }
      },
    },
    {
      name: 'outage',
      weight: 2,
      optional: true,
      run: (world) => {
        const { name } = book(world);
        world.weather.outages.set(name, world.nowMs + world.random.between(20_000, 200_000));
      },
    },
  ],
};
