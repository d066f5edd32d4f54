import type { KeyObject } from 'node:crypto';

import { parseBeijing } from '../beijing-time';
import { NotificationRejected, type Notification, type RawNotification } from '../port';
import { verifySha256 } from '../signature';
import { noticeSchema, paymentReport } from './answers';

export interface NotificationOptions {
  readonly appId: string;
  readonly sellerId: string;
  readonly alipayKey: KeyObject;
  /** Serial number of the certificate held; undefined in public-key mode. */
  readonly certificateSn: () => Promise<string | undefined>;
  readonly now: () => Date;
}

/** The last retry comes 24 h 22 min after the first send. */
const AGE_MAX_MS = 26 * 3_600_000;
const CLOCK_SKEW_MAX_MS = 300_000;

const reject = (reason: NotificationRejected['reason'], message: string): NotificationRejected =>
  new NotificationRejected('alipay', reason, message);

type Parameters = ReadonlyMap<string, string>;

/**
 * Reads a notification of Alipay: certificate, signature over the parameters decoded once, age, addressee, in this
 * order. The algorithm is fixed and not taken from the message. Throws NotificationRejected.
 */
export async function parseNotification(
  raw: RawNotification,
  options: NotificationOptions,
): Promise<Notification> {
  const parameters = readForm(raw.body);
  await verify(parameters, options);
  checkAge(parameters, options.now());
  if (parameters.get('app_id') !== options.appId) {
    throw reject('addressee_mismatch', 'the notification is for another app');
  }
  const id = parameters.get('notify_id');
  const eventType = parameters.get('notify_type');
  if (id === undefined || eventType === undefined) throw reject('body_malformed', 'no notify_id or type');
  if (eventType !== 'trade_status_sync') return { id, kind: 'ignored', eventType };
  if (parameters.get('seller_id') !== options.sellerId) {
    throw reject('addressee_mismatch', 'the trade is of another seller');
  }
  return readTrade(id, parameters);
}

function readForm(body: string): Parameters {
  const entries = [...new URLSearchParams(body)];
  const parameters = new Map(entries);
  // A name that comes twice has no one meaning; nobody who signs sends it.
  if (parameters.size !== entries.length) throw reject('body_malformed', 'a parameter comes twice');
  return parameters;
}

/** Everything but what is left out, sorted by name, values as they are. */
function signedText(parameters: Parameters, ...leftOut: readonly string[]): string {
  return [...parameters]
    .filter(([name]) => !leftOut.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

async function verify(parameters: Parameters, options: NotificationOptions): Promise<void> {
  const signature = parameters.get('sign');
  if (signature === undefined || parameters.get('sign_type') !== 'RSA2') {
    throw reject('signature_invalid', 'not signed with RSA2');
  }
  const texts = [signedText(parameters, 'sign', 'sign_type')];
  const namedSn = parameters.get('alipay_cert_sn');
  const heldSn = namedSn === undefined ? undefined : await options.certificateSn();
  if (heldSn !== undefined) {
    if (namedSn !== heldSn) throw reject('serial_unknown', `the certificate ${namedSn} is not held`);
    // Clients of Alipay differ in whether the certificate's number is signed; it has been compared either way.
    texts.push(signedText(parameters, 'sign', 'sign_type', 'alipay_cert_sn'));
  }
  if (!texts.some((text) => verifySha256(text, signature, options.alipayKey))) {
    throw reject('signature_invalid', 'the signature does not hold');
  }
}

function checkAge(parameters: Parameters, now: Date): void {
  const sentAt = parseBeijing(parameters.get('notify_time') ?? '');
  const ageMs = sentAt === undefined ? Number.NaN : now.getTime() - sentAt.getTime();
  if (!(ageMs <= AGE_MAX_MS && ageMs >= -CLOCK_SKEW_MAX_MS)) {
    throw reject('timestamp_out_of_range', 'older than any retry, or from the future');
  }
}

function readTrade(id: string, parameters: Parameters): Notification {
  const read = noticeSchema.safeParse(Object.fromEntries(parameters));
  if (!read.success) throw reject('body_malformed', 'not what a notification of a trade looks like');
  const { data: notice } = read;
  if (notice.gmt_refund === undefined || notice.out_biz_no === undefined) {
    return { id, kind: 'payment', report: paymentReport(notice, notice.gmt_payment) };
  }
  return {
    id,
    kind: 'refund',
    report: {
      outRefundNo: notice.out_biz_no,
      outTradeNo: notice.out_trade_no,
      state: 'succeeded',
      // `refund_fee` is what the trade has given back so far, not what this refund did.
      refundFen: undefined,
    },
  };
}
