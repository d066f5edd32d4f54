import {
  ATTEMPT_STATES,
  canAttemptMove,
  decideAttempt,
  isOpen,
  isUnresolved,
  ORDER_STATES,
  termsOf,
  type Actor,
  type AttemptState,
  type PaymentMethod,
  type Refusal,
} from '../domain';
import { inTransaction, run, type Database } from './database';
import { addHistory } from './history';
import { keepAnswer, keepAnswerParameters, type KeptAnswer } from './idempotency';
import { priceOf, type OrderRow } from './orders';
import { prepared } from './prepared';
import { noteEvent, noteEventParameters, type JudgedEvent } from './risk/events';

/** What opens a payment window, kept as the gateway's adapter gave it. */
export type StoredInvocation =
  | {
      readonly kind: 'wechat';
      readonly timeStamp: string;
      readonly nonceStr: string;
      readonly package: string;
      readonly signType: 'RSA';
      readonly paySign: string;
    }
  | { readonly kind: 'alipay'; readonly tradeNO: string }
  | { readonly kind: 'code'; readonly codeUrl: string };

export interface AttemptRow {
  readonly id: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly method: PaymentMethod;
  readonly gateway: 'wechatpay' | 'alipay';
  readonly state: AttemptState;
  readonly totalFen: number;
  readonly invocation: StoredInvocation | null;
  readonly transactionId: string | null;
  readonly failureReason: string | null;
  readonly createdAt: Date;
  /** When the order it pays stops waiting. */
  readonly orderExpiresAt: Date;
}

const GATEWAY_OF: Readonly<Record<PaymentMethod, AttemptRow['gateway']>> = {
  wechat: 'wechatpay',
  alipay: 'alipay',
};

const OPEN_ORDER_STATES = ORDER_STATES.filter(isOpen);
const UNRESOLVED_STATES = ATTEMPT_STATES.filter(isUnresolved);

export const selectAttempts = (db: Database) =>
  db
    .selectFrom('attempts')
    .innerJoin('orders', 'orders.id', 'attempts.orderId')
    .select([
      'attempts.id',
      'attempts.orderId',
      'attempts.accountId',
      'attempts.method',
      'attempts.gateway',
      'attempts.state',
      'attempts.totalFen',
      'attempts.invocation',
      'attempts.transactionId',
      'attempts.failureReason',
      'attempts.createdAt',
      'orders.expiresAt as orderExpiresAt',
    ])
    .$narrowType<{ invocation: StoredInvocation | null }>();

export type AttemptCreation =
  | { readonly outcome: 'created'; readonly attempt: AttemptRow }
  | { readonly outcome: 'refused'; readonly code: Refusal }
  /** The order has changed since it was read: somebody else pays or closes it. Nothing is written. */
  | { readonly outcome: 'outdated' };

const START_ATTEMPT_PARAMETERS = 14;
const START_ATTEMPT =
  'select start_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) as started';
/** The event that the order was judged by is kept where the attempt began, in the same round trip. */
const START_JUDGED_ATTEMPT = `
  with beginning as (${START_ATTEMPT}), noted as (
    ${noteEvent(START_ATTEMPT_PARAMETERS + 1, 'from beginning where started')}
  )
  select started from beginning`;

/**
 * Records the intent to pay an order, as it was read, through a method, before its gateway hears of it. The order then is
 * `paying` that way. Throws UnpricedMethod.
 */
export async function createAttempt(
  db: Database,
  creation: {
    readonly attemptId: string;
    readonly order: OrderRow;
    readonly method: PaymentMethod;
    /** What the order was judged by; undefined where it was let through before. */
    readonly judged?: JudgedEvent | undefined;
    readonly now: Date;
  },
): Promise<AttemptCreation> {
  const { attemptId, order, method, judged, now } = creation;
  const { id: orderId, state: orderState, accountId, expiresAt } = order;
  const code = decideAttempt({ orderState, expiresAt, now });
  if (code !== undefined) return { outcome: 'refused', code };
  const terms = termsOf(priceOf(order.methods, method));
  const { totalFen } = terms;
  const gateway = GATEWAY_OF[method];
  const text = judged === undefined ? START_ATTEMPT : START_JUDGED_ATTEMPT;
  const [row] = await run<{ started: boolean }>(db, text, [
    attemptId,
    orderId,
    orderState,
    method,
    gateway,
    terms.amountFen,
    terms.feeFen,
    totalFen,
    terms.points,
    now,
    terms.feeWaivedFen,
    terms.discountFen,
    terms.pointsRedeemed,
    terms.pointsRedeemedFen,
    ...(judged === undefined ? [] : noteEventParameters(judged)),
  ]);
  if (row?.started !== true) return { outcome: 'outdated' };
  return {
    outcome: 'created',
    attempt: {
      id: attemptId,
      orderId,
      accountId,
      method,
      gateway,
      state: 'created',
      totalFen,
      invocation: null,
      transactionId: null,
      failureReason: null,
      createdAt: now,
      orderExpiresAt: expiresAt,
    },
  };
}

interface LockedAttempt {
  readonly orderId: string;
  readonly state: AttemptState;
}

/** An attempt whose order is locked, so that nobody else changes either; undefined where there is none. */
async function lockAttempt(db: Database, attemptId: string): Promise<LockedAttempt | undefined> {
  const order = await db
    .selectFrom('orders')
    .select('id')
    .where('id', '=', (eb) => eb.selectFrom('attempts').select('orderId').where('id', '=', attemptId))
    .forUpdate()
    .executeTakeFirst();
  if (order === undefined) return undefined;
  // Read after the lock is held: what was read while waiting may have changed.
  const { state } = await db
    .selectFrom('attempts')
    .select('state')
    .where('id', '=', attemptId)
    .executeTakeFirstOrThrow();
  return { orderId: order.id, state };
}

/** What opens the window of an attempt, as its gateway answered. */
export interface Submission {
  readonly attemptId: string;
  readonly invocation: StoredInvocation;
  readonly now: Date;
}

/**
 * `ended`: the attempt or its order came to an end meanwhile, and it must not be paid. `claim_lost`: it is recorded, and the
 * answer is not, because the claim of its key was lost.
 */
export type SubmissionRecorded = 'submitted' | 'ended' | 'claim_lost';

const SUBMIT_ATTEMPT = 'select submit_attempt($1, $2, $3, $4, $5) as submitted';
const SUBMIT_ATTEMPT_AND_ANSWER = `
  with attempt as (${SUBMIT_ATTEMPT}), ${keepAnswer(6, '(select submitted from attempt)')}
  select submitted, exists (select from kept) as kept from attempt`;
/** Submitted again it is as it was: the gateway gave the same window once more. */
const SUBMITTED_FROM = ATTEMPT_STATES.filter(
  (state) => state === 'submitted' || canAttemptMove(state, 'submitted'),
);

/** Keeps what opens the window, and the answer to whoever asked for it. */
export async function recordSubmitted(
  db: Database,
  { attemptId, invocation, now }: Submission,
  answer?: KeptAnswer,
): Promise<SubmissionRecorded> {
  const parameters = [attemptId, JSON.stringify(invocation), OPEN_ORDER_STATES, SUBMITTED_FROM, now];
  const [row] = await run<{ submitted: boolean; kept?: boolean }>(
    db,
    answer === undefined ? SUBMIT_ATTEMPT : SUBMIT_ATTEMPT_AND_ANSWER,
    answer === undefined ? parameters : [...parameters, ...keepAnswerParameters(answer)],
  );
  if (row?.submitted !== true) return 'ended';
  return row.kept === false ? 'claim_lost' : 'submitted';
}

/** Moves an attempt to a state without money. False where the domain allows no such move: it stays as it is. */
export function recordAttemptState(
  db: Database,
  change: {
    readonly attemptId: string;
    readonly to: 'failed' | 'closed' | 'unknown';
    /** Only where it is still in this state: somebody else may have brought it on meanwhile. */
    readonly from?: AttemptState;
    /** Stable identifier; kept with a failed attempt. */
    readonly reason: string;
    readonly actor: Actor;
    readonly now: Date;
  },
): Promise<boolean> {
  const { attemptId, to, from, reason, actor, now } = change;
  return inTransaction(db, async (transaction) => {
    const locked = await lockAttempt(transaction, attemptId);
    if (locked === undefined || !canAttemptMove(locked.state, to)) return false;
    if (from !== undefined && locked.state !== from) return false;
    await transaction
      .updateTable('attempts')
      .set({ state: to, failureReason: to === 'unknown' ? null : reason })
      .where('id', '=', attemptId)
      .execute();
    if (!isUnresolved(to)) {
      await transaction.deleteFrom('openAttempts').where('attemptId', '=', attemptId).execute();
    }
    await addHistory(transaction, {
      orderId: locked.orderId,
      subject: 'attempt',
      subjectId: attemptId,
      fromState: locked.state,
      toState: to,
      reason,
      actor,
      at: now,
    });
    return true;
  });
}

const attemptById = prepared((db, { attemptId }: { readonly attemptId: string }) =>
  selectAttempts(db).where('attempts.id', '=', attemptId),
);

/** One attempt; with `orderId`, only where it is of that order. */
export async function getAttempt(
  db: Database,
  question: { readonly orderId?: string; readonly attemptId: string },
): Promise<AttemptRow | undefined> {
  const [attempt] = await attemptById(db, question);
  return question.orderId === undefined || attempt?.orderId === question.orderId ? attempt : undefined;
}

/** The attempts of an order that may still be paid, oldest first. */
export function openAttempts(db: Database, orderId: string): Promise<readonly AttemptRow[]> {
  return selectAttempts(db)
    .where('attempts.orderId', '=', orderId)
    .where('attempts.state', 'in', UNRESOLVED_STATES)
    .orderBy('attempts.id')
    .execute();
}
