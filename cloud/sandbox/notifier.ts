import type { Fault, FaultKind } from './faults';

/** One send as it goes over the wire. */
export interface RenderedSend {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A notification to a merchant, sent until its answer says that it was received. */
export interface Delivery {
  readonly gateway: 'wechatpay' | 'alipay';
  /** What it is about. */
  readonly outTradeNo: string;
  readonly url: string;
  /** Pauses after each send that was not accepted, in ms. */
  readonly pausesMs: readonly number[];
  /** Renders one send, falsified as the fault says. Probe: WeChat Pay's signature test traffic. */
  readonly render: (distortion: FaultKind | 'probe' | undefined) => RenderedSend;
  readonly isAccepted: (status: number, body: string) => boolean;
}

/** How one send went. Status 0: no answer, or never sent. */
export interface SendRecord {
  readonly at: string;
  readonly fault: FaultKind | undefined;
  readonly status: number;
  readonly accepted: boolean;
}

export interface DeliveryRecord {
  readonly gateway: string;
  readonly outTradeNo: string;
  readonly url: string;
  accepted: boolean;
  readonly sends: SendRecord[];
}

const ANSWER_TIMEOUT_MS = 5_000;
/** How long a reordered notification waits to be overtaken. */
const REORDER_WAIT_MS = 3_000;

export interface NotifierOptions {
  readonly now: () => Date;
  readonly takeFault: (gateway: 'wechatpay' | 'alipay') => Fault | undefined;
  readonly log: (line: string) => void;
}

/** Sends notifications on their schedules; `timeScale` shortens the pauses. */
export class Notifier {
  timeScale: number;
  readonly records: DeliveryRecord[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private overtake: (() => void)[] = [];
  private closed = false;

  constructor(
    private readonly options: NotifierOptions,
    timeScale: number,
  ) {
    this.timeScale = timeScale;
  }

  /** Starts delivering; the first send goes out at once. */
  deliver(delivery: Delivery): void {
    const { gateway, outTradeNo, url } = delivery;
    const record: DeliveryRecord = { gateway, outTradeNo, url, accepted: false, sends: [] };
    this.records.push(record);
    void this.attempt(delivery, record, 0);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private async attempt(delivery: Delivery, record: DeliveryRecord, index: number): Promise<void> {
    await this.send(delivery, record, this.options.takeFault(delivery.gateway));
    const pauseMs = delivery.pausesMs[index];
    if (record.accepted || pauseMs === undefined || this.closed) return;
    await this.wait(pauseMs * this.timeScale);
    if (!record.accepted && !this.closed) await this.attempt(delivery, record, index + 1);
  }

  private async send(delivery: Delivery, record: DeliveryRecord, fault: Fault | undefined): Promise<void> {
    switch (fault?.kind) {
      case 'drop':
        this.note(delivery, record, { fault: 'drop', status: 0, accepted: false });
        return;
      case 'delay':
        await this.wait(fault.delayMs);
        break;
      case 'reorder':
        await this.untilOvertaken();
        break;
      case 'signtest_first':
        await this.post(delivery, record, fault.kind, delivery.render('probe'));
        break;
      case 'duplicate':
        await Promise.all([
          this.post(delivery, record, fault.kind, delivery.render(undefined)),
          this.post(delivery, record, fault.kind, delivery.render(undefined)),
        ]);
        return;
      default:
    }
    await this.post(delivery, record, fault?.kind, delivery.render(fault?.kind));
  }

  private async post(
    delivery: Delivery,
    record: DeliveryRecord,
    fault: FaultKind | undefined,
    { headers, body }: RenderedSend,
  ): Promise<void> {
    if (this.closed) return;
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      const text = await response.text();
      const accepted = delivery.isAccepted(response.status, text);
      this.note(delivery, record, { fault, status: response.status, accepted });
    } catch {
      this.note(delivery, record, { fault, status: 0, accepted: false });
    }
    if (fault !== 'reorder') this.overtake.splice(0).forEach((resume) => resume());
  }

  private note(delivery: Delivery, record: DeliveryRecord, send: Omit<SendRecord, 'at'>): void {
    record.sends.push({ at: this.options.now().toISOString(), ...send });
    record.accepted ||= send.accepted;
    const outcome = send.accepted ? 'accepted' : `not accepted (${send.status})`;
    this.options.log(`notify ${delivery.gateway} ${delivery.outTradeNo}: ${outcome}`);
  }

  private untilOvertaken(): Promise<void> {
    const overtaken = new Promise<void>((resolve) => this.overtake.push(resolve));
    return Promise.race([overtaken, this.wait(REORDER_WAIT_MS)]);
  }

  private wait(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, durationMs);
      this.timers.add(timer);
    });
  }
}
