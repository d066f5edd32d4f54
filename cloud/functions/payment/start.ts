import type { Method } from '../../contract/types';
import { decideNotCreated, termsOf } from '../../domain';
import {
  GatewayError,
  type GatewayErrorKind,
  type PaymentGateway,
  type PaymentInvocation,
} from '../../gateways/port';
import {
  createAttempt,
  getPayableOrder,
  inTransaction,
  openAttempts,
  priceOf,
  recordPayment,
  recordAttemptState,
  type AttemptRow,
  type OrderRow,
  type PayableOrder,
  type Submission,
} from '../../store';
import type { RiskLevel } from '../../domain/identity';
import type { JudgedEvent } from '../../store/risk';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { GATEWAY_OF, isNative } from '../methods';
import { judgePayment } from '../risk/judge';
import { endAttempt, settleByQuery } from '../settlement/settle';
import { outTradeNoOf } from '../settlement/trade-number';

/** What whoever starts an attempt has a say in. */
export interface AttemptSteps {
  /** Lets the payment start at what risk control makes of it, or throws why not. */
  readonly permit: (order: PayableOrder, risk: RiskLevel) => Promise<void>;
  /** Records a submission whose attempt then is as given; false where the attempt came to an end meanwhile. */
  readonly record: (submission: Submission, submitted: AttemptRow) => Promise<boolean>;
}

/**
 * Starts paying an order through a method; answers the attempt with what opens its window. An attempt under way through the
 * same method is taken up again, so that a second press never makes a second payment; those through another method are
 * ended first. Where the total is zero no gateway is asked: the order is paid. `read` is the order, where it was read just now.
 *
 * Throws `order_not_found`, `account_locked`, `order_paid`, `order_closed`, `method_unavailable` (the gateway will not take it),
 * `gateway_unavailable` (nobody knows whether it did: the attempt stays and is asked about), or what `judgePayment` throws.
 */
export async function startAttempt(
  deps: Dependencies,
  own: Caller & { readonly orderId: string },
  method: Method,
  steps: AttemptSteps,
  read?: PayableOrder,
): Promise<AttemptRow> {
  const name = GATEWAY_OF[method];
  const order = read ?? (await getPayableOrder(deps.db, { ...own, now: deps.now() }));
  if (order === undefined) throw new ApiError('order_not_found');
  if (order.payer.lockedAt !== null) throw new ApiError('account_locked');
  const isFree = termsOf(priceOf(order.methods, method)).totalFen === 0;
  if (!isFree && !deps.gateways.isAvailable(name)) throw new ApiError('method_unavailable');
  await steps.permit(order, 'low');
  // An order is `paying` from its first attempt on.
  const underWay = order.state === 'created' ? undefined : await takeUp(deps, order, method);
  if (underWay?.invocation != null) return underWay;
  const attempt = underWay ?? (await begin(deps, order, { method, isFree, steps }));
  // A press at the same moment was faster: its attempt is the one to take up.
  if (attempt === 'outdated') return startAttempt(deps, own, method, steps);
  if (isFree) return attempt;
  const gateway = await deps.gateways.get(name);
  const invocation = await submit(deps, gateway, attempt, underWay === undefined, {
    outTradeNo: outTradeNoOf(attempt.id),
    description: order.merchant.name,
    totalFen: attempt.totalFen,
    expiresAt: order.expiresAt,
    payerOpenId: isNative(order.payer.host, method) ? order.payer.openId : undefined,
  });
  const submitted: AttemptRow = { ...attempt, state: 'submitted', invocation };
  if (!(await steps.record({ attemptId: attempt.id, invocation, now: deps.now() }, submitted))) {
    // The order was closed while the gateway was asked: what was just made must not be paid.
    await endAttempt(deps, attempt);
    throw new ApiError('order_closed');
  }
  return submitted;
}

/** The attempt under way through this method, if it can still be paid; ends those through other methods. */
async function takeUp(deps: Dependencies, order: OrderRow, method: Method): Promise<AttemptRow | undefined> {
  let found: AttemptRow | undefined;
  for (const attempt of await openAttempts(deps.db, order.id)) {
    const same = attempt.method === method;
    const settled = same ? await settleByQuery(deps, attempt) : await endAttempt(deps, attempt);
    if (settled === 'paid') throw new ApiError('order_paid');
    if (same && settled === 'open') found = attempt;
  }
  return found;
}

/** A new attempt of an order that risk control lets through. */
async function begin(
  deps: Dependencies,
  order: PayableOrder,
  {
    method,
    isFree,
    steps,
  }: { readonly method: Method; readonly isFree: boolean; readonly steps: AttemptSteps },
): Promise<AttemptRow | 'outdated'> {
  const judged = await judgePayment(deps, order, () => steps.permit(order, 'elevated'));
  return (isFree ? paidWithoutGateway : newAttempt)(deps, order, method, judged);
}

async function newAttempt(
  deps: Dependencies,
  order: OrderRow,
  method: Method,
  judged: JudgedEvent | undefined,
): Promise<AttemptRow | 'outdated'> {
  const created = await createAttempt(deps.db, {
    attemptId: deps.newId(),
    order,
    method,
    judged,
    now: deps.now(),
  });
  if (created.outcome === 'refused') throw new ApiError(created.code);
  return created.outcome === 'outdated' ? 'outdated' : created.attempt;
}

/** An order whose total is zero is paid by the user's confirming it, at once and in one transaction. */
function paidWithoutGateway(
  deps: Dependencies,
  order: OrderRow,
  method: Method,
  judged: JudgedEvent | undefined,
): Promise<AttemptRow | 'outdated'> {
  return inTransaction(deps.db, async (db) => {
    const attempt = await newAttempt({ ...deps, db }, order, method, judged);
    if (attempt === 'outdated') return attempt;
    const now = deps.now();
    const { outcome } = await recordPayment(db, {
      attemptId: attempt.id,
      transactionId: null,
      totalFen: 0,
      succeededAt: now,
      source: 'confirmation',
      now,
    });
    if (outcome !== 'applied') throw new Error(`a payment of nothing came out as ${outcome}`);
    return { ...attempt, state: 'succeeded' };
  });
}

async function submit(
  deps: Dependencies,
  gateway: PaymentGateway,
  attempt: AttemptRow,
  firstTry: boolean,
  request: Parameters<PaymentGateway['createPayment']>[0],
): Promise<PaymentInvocation> {
  try {
    return await gateway.createPayment(request);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log('warn', 'payment_not_created', {
      attemptId: attempt.id,
      kind: error.kind,
      gatewayCode: error.gatewayCode,
      ...errorFields(error),
    });
    throw new ApiError(await recordNotCreated(deps, attempt, firstTry, error.kind), undefined, {
      cause: error,
    });
  }
}

/** Records what the gateway's answer leaves of the attempt; the code of what the user is told. */
async function recordNotCreated(
  deps: Dependencies,
  attempt: AttemptRow,
  firstTry: boolean,
  why: GatewayErrorKind,
): Promise<'order_paid' | 'method_unavailable' | 'gateway_unavailable'> {
  if (why === 'already_paid') {
    return (await settleByQuery(deps, attempt)) === 'paid' ? 'order_paid' : 'gateway_unavailable';
  }
  const willRefuseAgain = why === 'refused' || why === 'misconfigured';
  const ended = willRefuseAgain ? 'method_unavailable' : 'gateway_unavailable';
  const to = decideNotCreated({ why, firstTry });
  if (to === 'end') {
    const settled = await endAttempt(deps, attempt);
    return settled === 'ended' ? ended : settled === 'paid' ? 'order_paid' : 'gateway_unavailable';
  }
  const recorded = await recordAttemptState(deps.db, {
    attemptId: attempt.id,
    to,
    reason: `gateway_${why}`,
    actor: 'gateway',
    now: deps.now(),
    // A second press that took the attempt up meanwhile may have made it payable.
    ...(to === 'failed' && { from: 'created' }),
  });
  return recorded ? ended : 'gateway_unavailable';
}
