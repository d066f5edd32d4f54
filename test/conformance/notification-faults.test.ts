import type { NotificationRejected } from '../../cloud/gateways/port';
import { SETUPS, startBench, type Bench } from '../gateways/bench';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

/** What each misbehaviour of the sandbox is refused with, by gateway; Alipay has no serial numbers, but addressees. */
const FAULTS = [
  ['bad_signature', 'signature_invalid', 'signature_invalid'],
  ['stale_timestamp', 'timestamp_out_of_range', 'timestamp_out_of_range'],
  ['unknown_serial', 'serial_unknown', 'addressee_mismatch'],
  ['signtest_first', 'signature_invalid', undefined],
  ['wrong_amount', 'payment', 'payment'],
] as const;

describe.each(SETUPS)('%s with %s', (name, mode) => {
  const cases = FAULTS.flatMap(([fault, ofWeChatPay, ofAlipay]) => {
    const expected = name === 'wechatpay' ? ofWeChatPay : ofAlipay;
    return expected === undefined ? [] : [[fault, expected] as const];
  });

  it.each(cases)('meets %s with %s', async (fault, expected) => {
    const inbox = bench.inbox();
    const gateway = bench.gateway(name, mode, inbox);
    const request = await bench.request(name);
    await bench.fault(name, 'notify', fault);
    await bench.window(await gateway.createPayment(request));
    const [raw] = await inbox.received(1);
    if (raw === undefined) throw new Error('no notification came');
    const told = await gateway.parseNotification(raw).catch((error: NotificationRejected) => error.reason);
    if (expected !== 'payment') return expect(told).toBe(expected);
    // A genuine message may still be wrong: what was to be paid is compared with what the order says, not here.
    expect(told).toMatchObject({ kind: 'payment', report: { outTradeNo: request.outTradeNo } });
    expect(told).not.toMatchObject({ report: { totalFen: request.totalFen } });
  });
});
