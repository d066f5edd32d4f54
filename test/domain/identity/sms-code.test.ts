import fc from 'fast-check';

import { smsWaitMs } from '../../../cloud/domain/identity';
import { nationalDigits, readPhone } from '../../../cloud/domain/phones';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Sends whenever it may, over the wishes of somebody who asks at these moments. */
function sent(wishesMs: readonly number[]): readonly number[] {
  const sentAt: number[] = [];
  for (const at of [...wishesMs].sort((a, b) => a - b)) {
    if (smsWaitMs(sentAt, at) === 0) sentAt.push(at);
  }
  return sentAt;
}
const within = (sentAt: readonly number[], from: number, lengthMs: number): number =>
  sentAt.filter((at) => at >= from && at < from + lengthMs).length;

test('whoever asks whenever, no minute has two codes, no hour six, no day eleven', () => {
  const wishes = fc.array(fc.integer({ min: 0, max: 30 * HOUR_MS }), { maxLength: 120 });
  fc.assert(
    fc.property(wishes, (wishesMs) => {
      const sentAt = sent(wishesMs);
      for (const from of sentAt) {
        expect(within(sentAt, from, MINUTE_MS)).toBe(1);
        expect(within(sentAt, from, HOUR_MS)).toBeLessThanOrEqual(5);
        expect(within(sentAt, from, 24 * HOUR_MS)).toBeLessThanOrEqual(10);
      }
    }),
  );
});

test('after the wait that is told the next may be sent, and not a millisecond before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30 * HOUR_MS), { minLength: 1, maxLength: 60 }), (wishesMs) => {
      const sentAt = sent(wishesMs);
      const now = Math.max(...wishesMs);
      const waitMs = smsWaitMs(sentAt, now);
      expect(smsWaitMs(sentAt, now + waitMs)).toBe(0);
      if (waitMs > 0) expect(smsWaitMs(sentAt, now + waitMs - 1)).toBe(1);
    }),
  );
});

test.each(['23800138000', '12800138000', '1380013800', '138001380000', '+8613800138000', ''])(
  '%s is no mobile number of mainland China',
  (text) => expect(readPhone(text)).toBeUndefined(),
);

test('a number shows its first three and last four digits, wherever it is printed', () => {
  const phone = readPhone('13800138000');
  expect(phone?.masked).toBe('138****8000');
  expect(JSON.stringify(phone)).not.toContain('0013');
  expect(String(phone?.number)).toBe('138****8000');
  expect(phone && nationalDigits(phone.number)).toBe('13800138000');
  expect(readPhone('13800138000', '852')).toBeUndefined();
});
