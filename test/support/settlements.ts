import { randomUUID } from 'node:crypto';

import type { SettlementDetail, SettlementList } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import {
  closeSettlement,
  recordPayment,
  recordRefundReport,
  requestRefund,
  type Database,
} from '../../cloud/store';
import type { Answer } from './client';
import { OPERATOR_TOKENS, type Stack } from './stack';
import { newAccount, newAttempt, newOrder } from './store';

const DAY_MS = 86_400_000;

/** A paid order of a merchant at an instant of any year, which the gateways' own clocks would not allow. */
export async function paid(
  db: Database,
  payment: { merchantId: string; amountFen: number; at: Date; method?: 'wechat' | 'alipay' },
): Promise<string> {
  const { at, ...order } = payment;
  const orderId = await newOrder(db, { ...order, accountId: await newAccount(db), now: at });
  const attempt = await newAttempt(db, orderId, payment.method ?? 'wechat', at);
  const { outcome } = await recordPayment(db, {
    attemptId: attempt.id,
    transactionId: `4200${randomUUID()}`,
    totalFen: attempt.totalFen,
    succeededAt: at,
    source: 'query',
    now: at,
  });
  if (outcome !== 'applied') throw new Error(`the payment was not applied: ${outcome}`);
  return orderId;
}

/** A settlement of one payment, closed now, whatever day it is and up to whichever day the jobs have settled. */
export async function settled(
  db: Database,
  sale: { readonly merchantId: string; readonly amountFen: number },
): Promise<void> {
  const now = new Date();
  await paid(db, { ...sale, at: new Date(now.getTime() - 3 * DAY_MS) });
  const cutOffDay = new Date(now.getTime() + 3 * DAY_MS).toISOString().slice(0, 10);
  const outcome = await closeSettlement(db, {
    id: randomUUID(),
    merchantId: sale.merchantId,
    cutOffDay,
    now,
  });
  if (outcome !== 'closed') throw new Error(`nothing was settled: ${outcome}`);
}

/** Refunds a part of an order, at once; false where it is refused, as where the merchant is not owed so much any more. */
export async function takeBack(
  db: Database,
  refund: { orderId: string; amountFen: number; at: Date },
): Promise<boolean> {
  const { orderId, amountFen, at: now } = refund;
  const refundId = randomUUID();
  const requested = await requestRefund(db, {
    refundId,
    orderId,
    amountFen,
    note: '',
    operator: 'alice',
    now,
  });
  if (requested.outcome === 'refused') return false;
  await recordRefundReport(db, { refundId, reported: 'succeeded', reportedFen: undefined, now });
  return true;
}

/** An operator at work on a stack whose clock the test sets. */
export class SettlementDesk {
  constructor(private readonly stack: () => Stack) {}

  async send<Body>(path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<Answer<Body>> {
    const response = await fetch(`${this.stack().apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${OPERATOR_TOKENS.alice}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  }

  /** Agrees with a merchant on being paid out to a sandbox user of its own; that user's name. */
  async agree(
    merchantId: string,
    gateway: 'wechatpay' | 'alipay',
    terms: { payeeName?: string; minimumFen?: number; payoutMaxFen?: number } = {},
  ): Promise<string> {
    const user = this.stack().sandboxUser(`payee-${merchantId.slice(-4)}`);
    const answer = await this.send(`/v1/operator/merchants/${merchantId}/settlement-terms`, {
      gateway,
      payeeKind: 'open_id',
      payeeId: gateway === 'wechatpay' ? user.weapp.openId : user.alipay.openId,
      payeeName: user.realName,
      minimumFen: 100,
      payoutMaxFen: 2_000_000,
      ...terms,
    });
    if (answer.status !== 200) throw new Error(`terms: ${answer.status} ${JSON.stringify(answer.body)}`);
    return user.name;
  }

  async settlementsOf(merchantId: string): Promise<SettlementList['items']> {
    const list = await this.send<SettlementList>(`/v1/operator/settlements?merchantId=${merchantId}`);
    return list.body.items;
  }

  /** The merchant's newest settlement, whole. */
  async newest(merchantId: string): Promise<SettlementDetail> {
    const [newest] = await this.settlementsOf(merchantId);
    if (newest === undefined) throw new Error('the merchant has no settlement');
    return (await this.send<SettlementDetail>(`/v1/operator/settlements/${newest.id}`)).body;
  }

  close() {
    return runJob(this.stack().deps, 'close-settlements');
  }

  pay() {
    return runJob(this.stack().deps, 'send-payouts');
  }
}
