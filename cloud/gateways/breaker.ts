import { GatewayError, type GatewayName, type PaymentGateway } from './port';

export interface BreakerOptions {
  /** So many `unknown` failures without an answer in between open it. */
  readonly failuresToOpen: number;
  /** How long it stays open before one call may try again, in ms; also how long that try may take. */
  readonly waitMs: number;
  readonly now: () => Date;
  /** Told when it opens and when it closes again. */
  readonly onChange?: (state: 'open' | 'closed') => void;
}

export interface Breaker {
  /** Whether a call would be let through now. */
  isAvailable(): boolean;
  /** Runs a call and learns from how it ends. Throws GatewayError `unknown` with BREAKER_OPEN where none is let through. */
  run<T>(gateway: GatewayName, call: () => Promise<T>): Promise<T>;
}

export const DEFAULT_BREAKER = { failuresToOpen: 5, waitMs: 30_000 } as const;

/**
 * Keeps callers from waiting for a gateway that does not answer. Any answer, a refusal too, shows that the gateway is
 * there; only `unknown` counts against it. Once open, one call at a time tries whether it is back.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  let failures = 0;
  /** From when on the next try is let through; undefined while closed. */
  let retryAtMs: number | undefined;

  const nowMs = (): number => options.now().getTime();
  const isAvailable = (): boolean => retryAtMs === undefined || nowMs() >= retryAtMs;

  const answered = (): void => {
    failures = 0;
    if (retryAtMs === undefined) return;
    retryAtMs = undefined;
    options.onChange?.('closed');
  };

  const failed = (): void => {
    failures += 1;
    if (failures < options.failuresToOpen) return;
    const opens = retryAtMs === undefined;
    retryAtMs = nowMs() + options.waitMs;
    if (opens) options.onChange?.('open');
  };

  return {
    isAvailable,
    async run(gateway, call) {
      if (!isAvailable()) {
        // Not `refused`: an earlier, unanswered call may have done what this one would.
        throw new GatewayError(gateway, 'unknown', 'BREAKER_OPEN', 'the gateway did not answer lately');
      }
      // The wait begins anew with the try, so that no second one goes out beside it.
      if (retryAtMs !== undefined) retryAtMs = nowMs() + options.waitMs;
      try {
        const result = await call();
        answered();
        return result;
      } catch (error) {
        if (error instanceof GatewayError) {
          if (error.kind === 'unknown') failed();
          else answered();
        }
        throw error;
      }
    },
  };
}

/**
 * A gateway behind a breaker. Notifications are read without it: they come from the gateway and cost it nothing. Bills
 * are fetched without it: they come from elsewhere and take long, which says nothing about payments.
 */
export function guarded(gateway: PaymentGateway, breaker: Breaker): PaymentGateway {
  const run = <T>(call: () => Promise<T>): Promise<T> => breaker.run(gateway.name, call);
  return {
    name: gateway.name,
    createPayment: (request) => run(() => gateway.createPayment(request)),
    queryPayment: (outTradeNo) => run(() => gateway.queryPayment(outTradeNo)),
    closePayment: (outTradeNo) => run(() => gateway.closePayment(outTradeNo)),
    refund: (request) => run(() => gateway.refund(request)),
    queryRefund: (outTradeNo, outRefundNo) => run(() => gateway.queryRefund(outTradeNo, outRefundNo)),
    payOut: (request) => run(() => gateway.payOut(request)),
    queryPayout: (outBillNo) => run(() => gateway.queryPayout(outBillNo)),
    fetchBill: (request) => gateway.fetchBill(request),
    parseNotification: (raw) => gateway.parseNotification(raw),
    accepted: gateway.accepted,
    rejected: (status) => gateway.rejected(status),
  };
}
