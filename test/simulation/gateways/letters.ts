import { createHmac } from 'node:crypto';

import {
  NotificationRejected,
  type GatewayName,
  type Notification,
  type PaymentReport,
  type PayoutReport,
  type RawNotification,
  type RefundReport,
} from '../../../cloud/gateways/port';
import type { Notice } from './book';
import { payoutReport } from './reports';

/** How far a notification's time may be off, in ms. */
const FRESH_FOR_MS = 300_000;

/** A notification as it travels. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const signatureOf = (gateway: GatewayName, timestamp: string, body: string): string =>
  createHmac('sha256', `secret of ${gateway}`).update(`${timestamp}\n${body}`).digest('hex');

type Written =
  | { readonly payment: Omit<PaymentReport, 'succeededAt'> & { readonly succeededAt: string } }
  | { readonly refund: RefundReport }
  | { readonly payout: PayoutReport };
type Content = Written & { readonly id: string };

function contentOf(notice: Notice, totalFen: number | undefined): Written {
  switch (notice.kind) {
    case 'payment': {
      const { payment } = notice;
      return {
        payment: {
          outTradeNo: payment.outTradeNo,
          state: 'succeeded',
          transactionId: payment.transactionId,
          totalFen: totalFen ?? payment.totalFen,
          succeededAt: new Date(payment.paidAtMs ?? 0).toISOString(),
        },
      };
    }
    case 'refund': {
      const { payment, refund, state } = notice;
      const { outRefundNo, refundFen } = refund;
      return { refund: { outRefundNo, outTradeNo: payment.outTradeNo, state, refundFen } };
    }
    case 'payout':
      return { payout: payoutReport({ ...notice.payout, state: notice.state }) };
  }
}

/** Writes and signs a notice as of the gateway's time. `totalFen` lies about the amount of a payment. */
export function writeLetter(
  gateway: GatewayName,
  notice: Notice,
  at: { readonly nowMs: number; readonly totalFen?: number },
): Letter {
  const content: Content = { ...contentOf(notice, at.totalFen), id: notice.id };
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
  const { id } = content;
  if ('refund' in content) return { id, kind: 'refund', report: content.refund };
  if ('payout' in content) return { id, kind: 'payout', report: content.payout };
  const { succeededAt, ...payment } = content.payment;
  return { id, kind: 'payment', report: { ...payment, succeededAt: new Date(succeededAt) } };
}
