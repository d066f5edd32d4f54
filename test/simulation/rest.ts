import type { JobName } from '../../cloud/contract/types';
import { reconcile, resolveAll } from './actors/bill-desk';
import { tell } from './actors/gateways';
import { finish } from './actors/payees';
import { decideAll } from './actors/refund-desk';
import { decideBatches, releaseAll } from './actors/settlement-desk';
import { dueBefore, ENDED_ATTEMPTS, FINAL_ORDERS } from './auditor/model';
import { chinaDay, chinaDayStartMs } from './gateways/bills';
import type { Book } from './gateways/book';
import { Random } from './random';
import { CALM } from './weather';
import type { World } from './world';

const UNRESOLVED: readonly string[] = ['open', 'waiting'];
const ROUNDS_MAX = 60;
const MORNINGS_MAX = 6;
/** Both gateways' bills of yesterday are made by then. */
const MORNING_MS = (24 + 11) * 3_600_000;

const isBroken = ({ auditor }: World): boolean => auditor.violations.length > 0;

/**
 * The faults are off, time passes, jobs run and people do their work: everything must find its end, and stay right. On the
 * first morning the bills are as wrong as they were made, and what is wrong must be found; from the second on they are
 * corrected, until no day is left whose bill was not matched.
 */
export async function comeToRest(world: World, seed: number): Promise<void> {
  world.random = new Random(seed, 5);
  world.note('comes to rest');
  world.weather = CALM;
  world.skewMs.clear();
  for (const { payouts } of Object.values(world.books)) {
    payouts.closed.clear();
    payouts.slow = false;
  }
  await world.run();
  releaseAll(world);
  await world.run();
  await quieten(world);
  const matched = new Map<string, string>();
  for (let morning = 0; morning < MORNINGS_MAX && !isBroken(world); morning += 1) {
    const today = chinaDay(world.nowMs);
    world.advance(chinaDayStartMs(today) + MORNING_MS - world.nowMs);
    if (morning > 0) for (const { bills } of Object.values(world.books)) bills.correct();
    await matchBills(world, matched);
    await world.audit(false);
    if (morning === 0) world.auditor.observeBills(world.nowMs);
    else resolveAll(world);
    for (const job of ['close-settlements', 'send-payouts'] as const) await work(world, job);
    await quieten(world);
    // What refunds kept from the last batch of a week is in the next one.
    if (morning > 0 && isWorkingDay(world.nowMs) && !happenedSince(world, chinaDay(world.nowMs))) break;
  }
  await work(world, 'check-ledger');
  if (isBroken(world)) return;
  await world.auditor.observeQuiet(world.nowMs);
  world.auditor.observeSettled(world.nowMs);
}

const isWorkingDay = (nowMs: number): boolean => dueBefore(nowMs) === chinaDay(nowMs);

const happenedSince = (world: World, date: string): boolean =>
  Object.values(world.books).some(({ bills }) => bills.days().some((day) => day >= date));

async function work(world: World, job: JobName): Promise<void> {
  world.work(world.worker(), job);
  await world.run();
}

/** The bill of every day before today, but for one that says what it said when it was `matched` and left nothing open. */
async function matchBills(world: World, matched: Map<string, string>): Promise<void> {
  const today = chinaDay(world.nowMs);
  const differences = [...world.auditor.mirror.all('differences').values()];
  for (const book of Object.values(world.books)) {
    for (const date of book.bills.days().filter((day) => day < today)) {
      const key = `${book.name} ${date}`;
      const bill = book.bills.digestOf(date);
      const isOpen = differences.some(
        ({ gateway, day, state }) => gateway === book.name && day === date && UNRESOLVED.includes(state),
      );
      if (matched.get(key) === bill && !isOpen) continue;
      matched.set(key, bill);
      reconcile(world, book, date, true);
      await world.run();
    }
  }
}

/** Minutes pass, then longer, until nothing is left to do. */
async function quieten(world: World): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await world.audit(false);
    if (world.auditor.isQuiet() || isBroken(world)) return;
    world.advance(round < ROUNDS_MAX / 2 ? 61_000 : 601_000);
    for (const book of Object.values(world.books)) finishAll(world, book);
    decideAll(world);
    decideBatches(world);
    for (const job of due(world)) await work(world, job);
  }
}

/** What the gateway owes an answer about is answered, and told. */
function finishAll(world: World, book: Book): void {
  for (const payment of book.payments.values()) {
    for (const refund of payment.refunds) {
      if (refund.state === 'processing') book.endRefund(payment, refund, 'succeeded');
    }
  }
  for (const payout of book.payouts.inState('processing', 'awaiting_payee')) finish(world, book, payout);
  for (const notice of book.notices) {
    if (!notice.accepted && !notice.lost) world.play('tells', () => tell(world, book, notice));
  }
}

/** The jobs that have something to do. */
function due({ auditor: { mirror } }: World): readonly JobName[] {
  const some = <Row>(rows: ReadonlyMap<string, Row>, is: (row: Row) => boolean): boolean =>
    [...rows.values()].some(is);
  return [
    ...(some(mirror.all('attempts'), ({ state }) => !ENDED_ATTEMPTS.includes(state))
      ? (['settle-unresolved-attempts'] as const)
      : []),
    ...(some(mirror.all('orders'), ({ state }) => !FINAL_ORDERS.includes(state))
      ? (['close-expired-orders'] as const)
      : []),
    ...(some(mirror.all('refunds'), ({ state }) => state !== 'succeeded')
      ? (['send-requested-refunds'] as const)
      : []),
    ...(some(mirror.all('settlements'), ({ state }) => state !== 'paid') ? (['send-payouts'] as const) : []),
    ...(some(mirror.all('outbox'), (event) => event.completed_at === null)
      ? (['publish-events'] as const)
      : []),
  ];
}
