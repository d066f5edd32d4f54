export type Service = 'wechatpay' | 'alipay' | 'wechat' | 'sms';

export const FAULT_KINDS = [
  'delay',
  'http_500',
  'error_after_commit',
  'timeout_after_commit',
  'bad_signature',
  'drop',
  'duplicate',
  'reorder',
  'stale_timestamp',
  'unknown_serial',
  'signtest_first',
  'wrong_amount',
  'refuse',
  'abnormal',
  'closed',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly delayMs: number;
}

/** Longer than a client waits, unless said otherwise. */
const DELAY_MS = 10_000;

/** Faults asked for, each used up after so many times. */
export class Faults {
  private readonly pending = new Map<string, { fault: Fault; times: number }[]>();

  /** Adds a fault after those already asked for. */
  add(
    service: Service,
    operation: string,
    fault: {
      readonly kind: FaultKind;
      readonly times?: number | undefined;
      readonly delayMs?: number | undefined;
    },
  ): void {
    const key = `${service} ${operation}`;
    const { kind, times = 1, delayMs = DELAY_MS } = fault;
    this.pending.set(key, [...(this.pending.get(key) ?? []), { fault: { kind, delayMs }, times }]);
  }

  /** The fault due for one operation now, if any. */
  take(service: Service, operation: string): Fault | undefined {
    const queue = this.pending.get(`${service} ${operation}`);
    const next = queue?.[0];
    if (queue === undefined || next === undefined) return undefined;
    next.times -= 1;
    if (next.times <= 0) queue.shift();
    return next.fault;
  }

  clear(): void {
    this.pending.clear();
  }
}
