import type { Attempt, AttemptCreate, Method, Order, OrderCreate } from '../../cloud/contract/types';
import type { Host, PayOutcome } from '../host/host';

import type { Api, Keyed } from './api';
import { ApiError } from './errors';
import type { KeyKeeper } from './idempotency';

/** What the native window reported, or that the payment is handed to the other host by a code. */
export type StartedOutcome = PayOutcome | 'handoff';

export interface StartedPayment {
  readonly attempt: Attempt;
  readonly outcome: StartedOutcome;
}

export interface Payments {
  /** Places an order. Pressed again after a lost answer, it gives the same order. Rejects with `ApiError`. */
  placeOrder(body: OrderCreate): Promise<Order>;
  /**
   * Makes an attempt to pay an order, after a challenge where one is asked for, and opens the native window where this host has it. The outcome is a hint only:
   * poll the attempt for the truth. Rejects with `ApiError` where no attempt could be made.
   */
  startPayment(orderId: string, method: Method): Promise<StartedPayment>;
}

/** Whether the server's answer settles the request, so that pressing again means a new one. */
function isSettled(error: unknown): boolean {
  return !(error instanceof ApiError) || !error.isUncertain || error.code === 'gateway_unavailable';
}

/** Shows somebody a challenge; whether it was passed. */
export type ConfirmChallenge = (challengeId: string) => Promise<boolean>;

/** Orders and attempts, each under one idempotency key until its answer is known. */
export function createPayments(
  api: Api,
  host: Pick<Host, 'pay'>,
  keys: KeyKeeper,
  confirmChallenge: ConfirmChallenge,
): Payments {
  async function once<T>(content: unknown, send: (key: Keyed) => Promise<T>): Promise<T> {
    try {
      const answer = await send({ idempotencyKey: keys.keyFor(content) });
      keys.settle(content);
      return answer;
    } catch (error) {
      if (isSettled(error)) keys.settle(content);
      throw error;
    }
  }

  /** Makes an attempt; where it needs a challenge, once that is passed. */
  async function attemptOf(orderId: string, method: Method): Promise<Attempt> {
    const start = (body: AttemptCreate): Promise<Attempt> =>
      once({ orderId, ...body }, (key) => api.createAttempt(orderId, body, key));
    try {
      return await start({ method });
    } catch (error) {
      const challengeId = error instanceof ApiError ? error.facts.challengeId : undefined;
      if (challengeId === undefined || !(await confirmChallenge(challengeId))) throw error;
      return start({ method, challengeId });
    }
  }

  return {
    placeOrder: (body) => once({ order: body }, (key) => api.createOrder(body, key)),
    async startPayment(orderId, method) {
      const attempt = await attemptOf(orderId, method);
      const { invocation } = attempt;
      // An order of which nothing is left to pay is paid by now, without a window.
      if (invocation === null)
        return { attempt, outcome: attempt.state === 'succeeded' ? 'completed' : 'unknown' };
      if (invocation.kind === 'handoff') return { attempt, outcome: 'handoff' };
      return { attempt, outcome: await host.pay(invocation) };
    },
  };
}
