import type { Host } from './users';

/** A notice that a merchant had shown to a user inside a host. */
export interface SentMessage {
  readonly host: Host;
  readonly openId: string;
  readonly templateId: string;
  readonly page: string | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly at: string;
}

/** What WeChat was told of the delivery of a paid order. */
export interface Shipment {
  readonly outTradeNo: string;
  readonly openId: string;
  readonly itemDescription: string;
  readonly uploads: number;
}

/** What the hosts received for their users, and what these allowed: one accepted subscription is one message. */
export class HostInbox {
  readonly messages: SentMessage[] = [];
  private readonly shipmentsByNumber = new Map<string, Shipment>();
  private readonly allowed = new Map<string, number>();

  get shipments(): readonly Shipment[] {
    return [...this.shipmentsByNumber.values()];
  }

  /** The user taps "allow" so many times. */
  allow(host: Host, openId: string, templateId: string, times: number): void {
    const key = `${host} ${openId} ${templateId}`;
    this.allowed.set(key, (this.allowed.get(key) ?? 0) + times);
  }

  /** Shows a message. False where the user allows none. */
  show(message: SentMessage): boolean {
    const key = `${message.host} ${message.openId} ${message.templateId}`;
    const left = this.allowed.get(key) ?? 0;
    if (left === 0) return false;
    this.allowed.set(key, left - 1);
    this.messages.push(message);
    return true;
  }

  shipment(outTradeNo: string): Shipment | undefined {
    return this.shipmentsByNumber.get(outTradeNo);
  }

  ship(shipment: Omit<Shipment, 'uploads'>): void {
    const uploads = (this.shipmentsByNumber.get(shipment.outTradeNo)?.uploads ?? 0) + 1;
    this.shipmentsByNumber.set(shipment.outTradeNo, { ...shipment, uploads });
  }
}
