import {
  canAttemptMove,
  decideAttempt,
  isOpen,
  type Actor,
  type AttemptState,
  type OrderState,
  type PaymentMethod,
  type Refusal,
} from '../domain';
import { flushLater, inTransaction, type Database } from './database';
import { addHistory } from './history';
import { priceOf } from './orders';

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

export const UNRESOLVED_STATES = ['created', 'submitted', 'unknown'] as const satisfies AttemptState[];

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
  | { readonly outcome: 'refused'; readonly code: Refusal };

/** Records the intent to pay through a method, before its gateway hears of it. The order then is `paying` that way. */
export function createAttempt(
  db: Database,
  creation: {
    readonly attemptId: string;
    readonly orderId: string;
    readonly method: PaymentMethod;
    readonly now: Date;
  },
): Promise<AttemptCreation> {
  const { attemptId, orderId, method, now } = creation;
  return inTransaction(db, async (transaction) => {
    const order = await transaction
      .selectFrom('orders')
      .select(['state', 'accountId', 'expiresAt', 'methods'])
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order === undefined) return { outcome: 'refused', code: 'order_closed' };
    const code = decideAttempt({ orderState: order.state, expiresAt: order.expiresAt, now });
    if (code !== undefined) return { outcome: 'refused', code };

    const { amountFen, feeFen, totalFen, points } = priceOf(order.methods, method);
    const amounts = { amountFen, feeFen, totalFen, points };
    const gateway = GATEWAY_OF[method];
    const { accountId, expiresAt: orderExpiresAt } = order;
    const fixed = { id: attemptId, orderId, accountId, method, gateway, createdAt: now } as const;
    await transaction
      .insertInto('attempts')
      .values({ ...fixed, ...amounts, state: 'created', nextQueryAt: now })
      .execute();
    await transaction
      .updateTable('orders')
      .set({ state: 'paying', method, ...amounts })
      .where('id', '=', orderId)
      .execute();
    const change = { orderId, fromState: null, reason: 'attempt_started', actor: 'user', at: now } as const;
    await addHistory(
      transaction,
      { ...change, subject: 'attempt', subjectId: attemptId, toState: 'created' },
      ...(order.state === 'paying'
        ? []
        : [
            {
              ...change,
              subject: 'order' as const,
              subjectId: orderId,
              fromState: order.state,
              toState: 'paying',
            },
          ]),
    );
    const attempt = {
      ...fixed,
      totalFen,
      orderExpiresAt,
      state: 'created' as const,
      invocation: null,
      transactionId: null,
      failureReason: null,
    };
    return { outcome: 'created', attempt };
  });
}

interface LockedAttempt {
  readonly orderId: string;
  readonly orderState: OrderState;
  readonly state: AttemptState;
}

/** An attempt whose order is locked, so that nobody else changes either; undefined where there is none. */
async function lockAttempt(db: Database, attemptId: string): Promise<LockedAttempt | undefined> {
  const order = await db
    .selectFrom('orders')
    .select(['id', 'state'])
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
  return { orderId: order.id, orderState: order.state, state };
}

/** Keeps what opens the window. False where the attempt or its order came to an end meanwhile: it must not be paid. */
export function recordSubmitted(
  db: Database,
  submitted: { readonly attemptId: string; readonly invocation: StoredInvocation; readonly now: Date },
): Promise<boolean> {
  const { attemptId, invocation, now } = submitted;
  return inTransaction(db, async (transaction) => {
    const locked = await lockAttempt(transaction, attemptId);
    if (locked === undefined || !isOpen(locked.orderState)) return false;
    // Forgotten, the attempt is asked about or taken up again under its number.
    await flushLater(transaction);
    const again = locked.state === 'submitted';
    if (!again && !canAttemptMove(locked.state, 'submitted')) return false;
    await transaction
      .updateTable('attempts')
      .set({ state: 'submitted', invocation: JSON.stringify(invocation) })
      .where('id', '=', attemptId)
      .execute();
    if (!again) {
      await addHistory(transaction, {
        orderId: locked.orderId,
        subject: 'attempt',
        subjectId: attemptId,
        fromState: locked.state,
        toState: 'submitted',
        reason: 'accepted_by_gateway',
        actor: 'gateway',
        at: now,
      });
    }
    return true;
  });
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

/** One attempt; with `orderId`, only where it is of that order. */
export function getAttempt(
  db: Database,
  question: { readonly orderId?: string; readonly attemptId: string },
): Promise<AttemptRow | undefined> {
  let rows = selectAttempts(db).where('attempts.id', '=', question.attemptId);
  if (question.orderId !== undefined) rows = rows.where('attempts.orderId', '=', question.orderId);
  return rows.executeTakeFirst();
}

/** The attempts of an order that may still be paid, oldest first. */
export function openAttempts(db: Database, orderId: string): Promise<readonly AttemptRow[]> {
  return selectAttempts(db)
    .where('attempts.orderId', '=', orderId)
    .where('attempts.state', 'in', UNRESOLVED_STATES)
    .orderBy('attempts.id')
    .execute();
}
