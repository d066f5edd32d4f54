import * as z from 'zod';

import { NotificationRejected, type Notification, type RawNotification } from '../port';
import { verifySha256 } from '../signature';
import { paymentReport, refundNoticeSchema, refundReport, transactionSchema } from './answers';
import { payoutNoticeSchema, payoutReport } from './payout-answers';
import { openSealed, type PlatformKeys } from './platform-keys';

export interface NotificationOptions {
  readonly appId: string;
  readonly mchId: string;
  readonly apiV3Key: string;
  readonly keys: PlatformKeys;
  readonly now: () => Date;
}

/** How far a notification's clock may be from ours, in seconds. */
const CLOCK_SKEW_MAX_S = 300;

const envelopeSchema = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string().min(1),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().optional(),
  }),
});

const reject = (reason: NotificationRejected['reason'], message: string): NotificationRejected =>
  new NotificationRejected('wechatpay', reason, message);

/**
 * Reads a notification of WeChat Pay: headers, clock, signature over the bytes as they came, seal, addressee, in this
 * order. Probes, whose signature begins with `WECHATPAY/SIGNTEST/`, fail as any wrong signature does, which is the
 * answer they want. Throws NotificationRejected, or GatewayError where a key could not be fetched.
 */
export async function parseNotification(
  raw: RawNotification,
  options: NotificationOptions,
): Promise<Notification> {
  await verify(raw, options);
  const { id, event_type: eventType, resource } = read(envelopeSchema, raw.body);
  const isPayout = eventType === 'MCHTRANSFER.BILL.FINISHED';
  if (eventType !== 'TRANSACTION.SUCCESS' && !isPayout && !eventType.startsWith('REFUND.')) {
    return { id, kind: 'ignored', eventType };
  }
  const opened = open(resource, options.apiV3Key);
  if (isPayout) {
    const payout = read(payoutNoticeSchema, opened);
    if (payout.mch_id !== options.mchId) {
      throw reject('addressee_mismatch', 'the payout is of another merchant');
    }
    return { id, kind: 'payout', report: payoutReport(payout) };
  }
  if (eventType === 'TRANSACTION.SUCCESS') {
    const transaction = read(transactionSchema, opened);
    if (transaction.mchid !== options.mchId || transaction.appid !== options.appId) {
      throw reject('addressee_mismatch', 'the transaction is of another merchant or app');
    }
    return { id, kind: 'payment', report: paymentReport(transaction) };
  }
  const refund = read(refundNoticeSchema, opened);
  if (refund.mchid !== options.mchId) {
    throw reject('addressee_mismatch', 'the refund is of another merchant');
  }
  return { id, kind: 'refund', report: refundReport(refund, refund.refund_status) };
}

async function verify({ headers, body }: RawNotification, options: NotificationOptions): Promise<void> {
  const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map((name) => {
    const value = headers[`wechatpay-${name}`];
    if (value === undefined || value === '') throw reject('header_missing', `wechatpay-${name}`);
    return value;
  }) as [string, string, string, string];
  const skewS = Math.abs(Number(timestamp) - options.now().getTime() / 1000);
  if (!/^\d{1,12}$/.test(timestamp) || skewS > CLOCK_SKEW_MAX_S) {
    throw reject('timestamp_out_of_range', `more than ${CLOCK_SKEW_MAX_S} s from our clock`);
  }
  const key = await options.keys.find(serial);
  if (key === undefined) throw reject('serial_unknown', 'no key of WeChat Pay has this serial number');
  if (!verifySha256(`${timestamp}\n${nonce}\n${body}\n`, signature, key)) {
    throw reject('signature_invalid', 'the signature does not hold');
  }
}

function read<S extends z.ZodType>(schema: S, text: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw reject('body_malformed', 'not what a notification looks like');
  }
}

function open(resource: z.infer<typeof envelopeSchema>['resource'], apiV3Key: string): string {
  try {
    return openSealed(apiV3Key, resource);
  } catch {
    throw reject('decryption_failed', 'the APIv3 key does not open it');
  }
}
