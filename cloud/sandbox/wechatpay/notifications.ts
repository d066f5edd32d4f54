import { randomUUID } from 'node:crypto';

import type { Delivery } from '../notifier';
import { describeRefundNotice, describeTransaction } from './answers';
import type { Transfer } from '../transfers';
import type { Refund, Transaction } from './book';
import { formatTime } from './rfc3339';
import { describeTransfer } from './transfer-routes';
import { seal, signatureHeaders, type Signer } from './wire';

const SECONDS = 1000;
const MINUTES = 60_000;
const HOURS = 3_600_000;
/** 15 s, 15 s, 30 s, 3 min … 6 h: fifteen sends in some 24 hours. */
export const PAUSES_MS: readonly number[] = [
  15 * SECONDS,
  15 * SECONDS,
  30 * SECONDS,
  3 * MINUTES,
  10 * MINUTES,
  20 * MINUTES,
  30 * MINUTES,
  30 * MINUTES,
  30 * MINUTES,
  60 * MINUTES,
  3 * HOURS,
  3 * HOURS,
  3 * HOURS,
  6 * HOURS,
  6 * HOURS,
];
/** Transfers are told on a schedule of their own: at once, ten times after 15 s, ten after 5 min, 44 after 30 min. */
const TRANSFER_PAUSES_MS: readonly number[] = [
  ...Array<number>(10).fill(15 * SECONDS),
  ...Array<number>(10).fill(5 * MINUTES),
  ...Array<number>(44).fill(30 * MINUTES),
];
const STALE_MS = 10 * MINUTES;

interface Source {
  readonly appId: string;
  readonly mchId: string;
  readonly apiV3Key: string;
  readonly now: () => Date;
}

/** TRANSACTION.SUCCESS of a paid transaction. */
export function paidNotice(transaction: Transaction, source: Source): Delivery {
  return notice(subjectOf(transaction), transaction.terms.notifyUrl, source, {
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    describe: () => describeTransaction(transaction, source),
  });
}

/** REFUND.SUCCESS, .ABNORMAL or .CLOSED, to the address given with the refund; undefined where none was. */
export function refundNotice(transaction: Transaction, refund: Refund, source: Source): Delivery | undefined {
  if (refund.notifyUrl === undefined) return undefined;
  return notice(subjectOf(transaction), refund.notifyUrl, source, {
    eventType: `REFUND.${refund.end}`,
    originalType: 'refund',
    summary: { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭' }[refund.end],
    describe: () => describeRefundNotice(transaction, refund, source.mchId),
  });
}

/** MCHTRANSFER.BILL.FINISHED; undefined where no address was given. */
export function transferNotice(transfer: Transfer, signer: Signer, source: Source): Delivery | undefined {
  const { number, notifyUrl } = transfer.terms;
  if (notifyUrl === undefined) return undefined;
  return notice({ number, signer, pausesMs: TRANSFER_PAUSES_MS }, notifyUrl, source, {
    eventType: 'MCHTRANSFER.BILL.FINISHED',
    originalType: 'mch_payment',
    summary: '商家转账单据终态通知',
    describe: () => describeTransfer(transfer, source),
  });
}

/** What a notification is about, whose key signs it, and when it is sent again. */
interface Subject {
  readonly number: string;
  readonly signer: Signer;
  readonly pausesMs: readonly number[];
}

const subjectOf = ({ terms, signer }: Transaction): Subject => ({
  number: terms.outTradeNo,
  signer,
  pausesMs: PAUSES_MS,
});

interface Event {
  readonly eventType: string;
  readonly originalType: string;
  readonly summary: string;
  readonly describe: () => object;
}

/** The HTTP status alone decides whether it was received. */
function notice(subject: Subject, url: string, source: Source, event: Event): Delivery {
  const id = randomUUID();
  const createdAt = source.now();
  return {
    gateway: 'wechatpay',
    outTradeNo: subject.number,
    url,
    pausesMs: subject.pausesMs,
    isAccepted: (status) => status === 200 || status === 204,
    render: (distortion) => {
      const described = event.describe();
      const told = distortion === 'wrong_amount' ? withWrongAmount(described) : described;
      const body = JSON.stringify({
        id,
        create_time: formatTime(createdAt),
        resource_type: 'encrypt-resource',
        event_type: event.eventType,
        summary: event.summary,
        resource: {
          original_type: event.originalType,
          ...seal(JSON.stringify(told), event.originalType, source.apiV3Key),
        },
      });
      const now = source.now();
      const signer =
        distortion === 'unknown_serial'
          ? { ...subject.signer, serial: otherSerial(subject.signer.serial) }
          : subject.signer;
      const headers = signatureHeaders(body, signer, {
        at: distortion === 'stale_timestamp' ? new Date(now.getTime() - STALE_MS) : now,
        spoil: distortion === 'bad_signature',
        probe: distortion === 'probe',
      });
      return { headers: { 'Content-Type': 'application/json', ...headers }, body };
    },
  };
}

function withWrongAmount(described: object): object {
  const { amount, transfer_amount: transferFen } = described as {
    readonly amount: { readonly total: number };
    readonly transfer_amount?: number;
  };
  if (transferFen !== undefined) return { ...described, transfer_amount: transferFen + 1 };
  return { ...described, amount: { ...amount, total: amount.total + 1 } };
}

const otherSerial = (serial: string): string =>
  serial.replace(/.$/, (character) => (character === '0' ? '1' : '0'));
