import fc from 'fast-check';

import { createBreaker, guarded } from '../../cloud/gateways/breaker';
import { GatewayError, type GatewayErrorKind, type PaymentGateway } from '../../cloud/gateways/port';

const FAILURES_TO_OPEN = 3;
const WAIT_MS = 1_000;

function breakerAt(clock: { nowMs: number }) {
  const changes: string[] = [];
  const breaker = createBreaker({
    failuresToOpen: FAILURES_TO_OPEN,
    waitMs: WAIT_MS,
    now: () => new Date(clock.nowMs),
    onChange: (state) => changes.push(state),
  });
  return { breaker, changes };
}

const failWith = (kind: GatewayErrorKind) => () =>
  Promise.reject(new GatewayError('alipay', kind, 'TEST', 'as the test wants it'));
const succeed = () => Promise.resolve('done');
const codeOf = (error: unknown) => (error instanceof GatewayError ? error.gatewayCode : String(error));

describe('a breaker', () => {
  it('stays closed while the gateway answers, whatever the answer', async () => {
    const { breaker, changes } = breakerAt({ nowMs: 0 });
    const kinds = ['unknown', 'unknown', 'refused', 'unknown', 'unknown', 'already_paid', 'unknown'] as const;
    for (const kind of kinds) await expect(breaker.run('alipay', failWith(kind))).rejects.toThrow();
    expect(breaker.isAvailable()).toBe(true);
    expect(changes).toEqual([]);
  });

  it('opens after so many unanswered calls, then lets one try through at a time', async () => {
    const clock = { nowMs: 0 };
    const { breaker, changes } = breakerAt(clock);
    for (let call = 0; call < FAILURES_TO_OPEN; call += 1) {
      await expect(breaker.run('alipay', failWith('unknown'))).rejects.toThrow();
    }
    expect(breaker.isAvailable()).toBe(false);
    const called = jest.fn(succeed);
    await expect(breaker.run('alipay', called)).rejects.toMatchObject({
      kind: 'unknown',
      gatewayCode: 'BREAKER_OPEN',
    });
    expect(called).not.toHaveBeenCalled();

    clock.nowMs += WAIT_MS;
    expect(breaker.isAvailable()).toBe(true);
    let answer: (value: string) => void = () => undefined;
    const probe = breaker.run('alipay', () => new Promise<string>((resolve) => (answer = resolve)));
    expect(breaker.isAvailable()).toBe(false);
    answer('done');
    await expect(probe).resolves.toBe('done');
    expect(breaker.isAvailable()).toBe(true);
    expect(changes).toEqual(['open', 'closed']);
  });

  it('opens again for the whole wait when the try is not answered either', async () => {
    const clock = { nowMs: 0 };
    const { breaker, changes } = breakerAt(clock);
    for (let call = 0; call < FAILURES_TO_OPEN; call += 1) {
      await expect(breaker.run('alipay', failWith('unknown'))).rejects.toThrow();
    }
    clock.nowMs += WAIT_MS;
    await expect(breaker.run('alipay', failWith('unknown'))).rejects.toThrow();
    clock.nowMs += WAIT_MS - 1;
    expect(breaker.isAvailable()).toBe(false);
    clock.nowMs += 1;
    expect(breaker.isAvailable()).toBe(true);
    expect(changes).toEqual(['open']);
  });

  it('agrees with a plain model over any run of answers and waits', async () => {
    const step = fc.oneof(
      fc.constantFrom('answer' as const, 'silence' as const, 'bug' as const),
      fc.integer({ min: 0, max: 2 * WAIT_MS }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = { nowMs: 0 };
        const { breaker } = breakerAt(clock);
        const model = { silences: 0, openUntilMs: undefined as number | undefined };
        for (const move of steps) {
          if (typeof move === 'number') {
            clock.nowMs += move;
            continue;
          }
          const lets = model.openUntilMs === undefined || clock.nowMs >= model.openUntilMs;
          expect(breaker.isAvailable()).toBe(lets);
          const call = {
            answer: succeed,
            silence: failWith('unknown'),
            bug: () => Promise.reject(new TypeError('bug')),
          };
          const ended = await breaker.run<string>('alipay', call[move]).then(() => 'done', codeOf);
          if (!lets) {
            expect(ended).toBe('BREAKER_OPEN');
            continue;
          }
          if (model.openUntilMs !== undefined) model.openUntilMs = clock.nowMs + WAIT_MS;
          if (move === 'answer') Object.assign(model, { silences: 0, openUntilMs: undefined });
          if (move === 'silence') {
            model.silences += 1;
            if (model.silences >= FAILURES_TO_OPEN) model.openUntilMs = clock.nowMs + WAIT_MS;
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('guards every call of a gateway but the reading of notifications and the fetching of bills', async () => {
  const rejection = failWith('unknown');
  const parseNotification = jest.fn().mockResolvedValue({ id: '1', kind: 'ignored', eventType: 'x' });
  const gateway: PaymentGateway = {
    name: 'alipay',
    createPayment: jest.fn(rejection),
    queryPayment: jest.fn(rejection),
    closePayment: jest.fn(rejection),
    refund: jest.fn(rejection),
    queryRefund: jest.fn(rejection),
    payOut: jest.fn(rejection),
    queryPayout: jest.fn(rejection),
    fetchBill: jest.fn(),
    parseNotification,
    accepted: { status: 200, contentType: 'text/plain', body: 'success' },
    rejected: (status) => ({ status, contentType: 'text/plain', body: 'failure' }),
  };
  const { breaker } = breakerAt({ nowMs: 0 });
  const behind = guarded(gateway, breaker);
  await expect(behind.queryPayment('1')).rejects.toMatchObject({ gatewayCode: 'TEST' });
  await expect(behind.queryRefund('1', '2')).rejects.toMatchObject({ gatewayCode: 'TEST' });
  await expect(behind.closePayment('1')).rejects.toMatchObject({ gatewayCode: 'TEST' });
  await expect(behind.closePayment('1')).rejects.toMatchObject({ gatewayCode: 'BREAKER_OPEN' });
  await expect(
    behind.refund({ outRefundNo: '2', outTradeNo: '1', refundFen: 1, totalFen: 1, reason: '' }),
  ).rejects.toMatchObject({ gatewayCode: 'BREAKER_OPEN' });
  await expect(behind.parseNotification({ headers: {}, body: '' })).resolves.toMatchObject({ id: '1' });
  expect(behind.rejected(500).body).toBe('failure');
});
