import type { Delivery } from '../notifier';
import type { PendingNotification } from './alipay';
import { renderSend } from './notifications';

const MINUTES = 60_000;
const HOURS = 3_600_000;
/** Eight sends in some 24 hours and 22 minutes. */
const PAUSES_MS = [
  4 * MINUTES,
  10 * MINUTES,
  10 * MINUTES,
  1 * HOURS,
  2 * HOURS,
  6 * HOURS,
  15 * HOURS,
] as const;

/** A notification as a delivery: signed forms, until the merchant answers `success` and nothing else. */
export function alipayDelivery(pending: PendingNotification, privateKey: string, now: () => Date): Delivery {
  return {
    gateway: 'alipay',
    outTradeNo: pending.described.out_trade_no ?? '',
    url: pending.url,
    pausesMs: PAUSES_MS,
    isAccepted: (status, body) => status === 200 && body === 'success',
    render: (distortion) => ({
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: renderSend(pending.described, now(), privateKey, {
        spoilSignature: distortion === 'bad_signature' || distortion === 'probe',
        wrongAmount: distortion === 'wrong_amount',
        wrongAddressee: distortion === 'unknown_serial',
        staleTime: distortion === 'stale_timestamp',
      }),
    }),
  };
}
