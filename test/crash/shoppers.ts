import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Attempt, OrderDetail, Quote } from '../../cloud/contract/types';
import { TestUser, type Addresses, type Answer } from '../support/client';
import { until } from './processes';

/** An order that somebody was told exists. */
export interface Acknowledged {
  readonly id: string;
  readonly totalFen: number;
  readonly amountFen: number;
  /** Whether somebody was told that it is paid. */
  paid: boolean;
}

const TRIES_MAX = 8;
const MERCHANT_ID = '01900000-0000-7000-8000-000000000001';

/** The answer to a request that is sent again, under the same key, until there is one; undefined where patience ends. */
async function insist<Body>(user: TestUser, path: string, body?: object): Promise<Answer<Body> | undefined> {
  const key = randomUUID();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      const answer = await user.send<Body>(path, { body, key });
      const code = (answer.body as { readonly code?: unknown } | undefined)?.code;
      if (answer.status < 500 && code !== 'idempotency_in_progress') return answer;
    } catch {
      // The connection broke: whether it was done is not known.
    }
    await sleep(100 * (tries + 1));
  }
  return undefined;
}

/** Orders and pays, again and again, until `isOver`. Every order that was acknowledged goes into `orders`. */
export async function shop(
  addresses: Addresses,
  number: number,
  orders: Acknowledged[],
  isOver: () => boolean,
): Promise<void> {
  const host = number % 2 === 0 ? 'weapp' : 'alipay';
  const user = await until(() => TestUser.signIn(addresses, host, `shopper-${number}`), 'sign-in');
  while (!isOver()) await buy(user, orders);
}

async function buy(user: TestUser, orders: Acknowledged[]): Promise<void> {
  const amountFen = randomInt(1, 200_000);
  const quote = await insist<Quote>(user, '/v1/quotes', { payee: { merchantId: MERCHANT_ID }, amountFen });
  if (quote?.status !== 201) return;
  const placed = await insist<OrderDetail>(user, '/v1/orders', {
    quote: quote.body.quote,
    method: user.method,
  });
  if (placed?.status !== 201) return;
  const { id, totalFen } = placed.body;
  const order: Acknowledged = { id, totalFen, amountFen, paid: false };
  orders.push(order);
  const started = await insist<Attempt>(user, `/v1/orders/${id}/attempts`, { method: user.method });
  if (started?.status !== 201) return;
  const cancels = randomInt(10) === 0 ? insist(user, `/v1/orders/${id}/cancel`, {}) : undefined;
  // One in ten leaves the window; a closed order opens none.
  if (randomInt(10) > 0) await user.decide(started.body).catch(() => undefined);
  const told = await insist<Attempt>(user, `/v1/orders/${id}/attempts/${started.body.id}`);
  order.paid = told?.status === 200 && told.body.state === 'succeeded';
  await cancels;
}
