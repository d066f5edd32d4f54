import { createHmac } from 'node:crypto';

import {
  NotificationRejected,
  type GatewayName,
  type Notification,
  type PaymentReport,
  type RawNotification,
  type RefundReport,
} from '../../../cloud/gateways/port';
import type { Notice } from './book';

/** How far a notification's time may be off, in ms. */
const FRESH_FOR_MS = 300_000;

/** A notification as it travels. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const signatureOf = (gateway: GatewayName, timestamp: string, body: string): string =>
  createHmac('sha256', `secret of ${gateway}`).update(`${timestamp}\n${body}`).digest('hex');

interface Content {
  readonly id: string;
  readonly payment?: Omit<PaymentReport, 'succeededAt'> & { readonly succeededAt: string };
  readonly refund?: RefundReport;
}

/** Writes and signs a notice as of the gateway's time. `totalFen` lies about the amount. */
export function writeLetter(
  gateway: GatewayName,
  notice: Notice,
  at: { readonly nowMs: number; readonly totalFen?: number },
): Letter {
  const { payment, refund } = notice;
  const content: Content = {
    id: notice.id,
    ...(refund === undefined
      ? {
          payment: {
            outTradeNo: payment.outTradeNo,
            state: 'succeeded',
            transactionId: payment.transactionId,
            totalFen: at.totalFen ?? payment.totalFen,
            succeededAt: new Date(payment.paidAtMs ?? 0).toISOString(),
          },
        }
      : {
          refund: {
            outRefundNo: refund.outRefundNo,
            outTradeNo: payment.outTradeNo,
            state: 'succeeded',
            refundFen: refund.refundFen,
          },
        }),
  };
  const body = JSON.stringify(content);
  const timestamp = String(at.nowMs);
  return {
    headers: {
      'content-type': 'application/json',
      'gateway-timestamp': timestamp,
      'gateway-signature': signatureOf(gateway, timestamp, body),
    },
    body,
  };
}

/** Verifies and reads a letter, as strictly as the adapters do theirs. Throws NotificationRejected. */
export function readLetter(gateway: GatewayName, raw: RawNotification, nowMs: number): Notification {
  const timestamp = raw.headers['gateway-timestamp'];
  const signature = raw.headers['gateway-signature'];
  const reject = (reason: NotificationRejected['reason']): never => {
    throw new NotificationRejected(gateway, reason, reason);
  };
  if (timestamp === undefined || signature === undefined) return reject('header_missing');
  if (Math.abs(nowMs - Number(timestamp)) > FRESH_FOR_MS) return reject('timestamp_out_of_range');
  if (signatureOf(gateway, timestamp, raw.body) !== signature) return reject('signature_invalid');
  const content = JSON.parse(raw.body) as Content;
  if (content.refund !== undefined) return { id: content.id, kind: 'refund', report: content.refund };
  if (content.payment === undefined) return { id: content.id, kind: 'ignored', eventType: 'unknown' };
  const { succeededAt, ...payment } = content.payment;
  return { id: content.id, kind: 'payment', report: { ...payment, succeededAt: new Date(succeededAt) } };
}
