/** What the hosts' servers do for us besides telling who signs in. Throws GatewayError where they do not. */

/** What a notice can say; of an order, where it tells of one. */
export interface NoticeFacts {
  readonly merchant?: string;
  readonly amountFen?: number;
  readonly at: Date;
  readonly orderNumber?: string;
  /** What happened, in at most five Chinese characters. */
  readonly event: string;
}

export const NOTICE_FACTS = ['merchant', 'amount', 'time', 'order', 'event'] as const;
export type NoticeFact = (typeof NOTICE_FACTS)[number];

/** A template as it was applied for in the host's console: its id, and which fact goes under which of its keys. */
export interface NoticeTemplate {
  readonly id: string;
  readonly fields: Readonly<Record<string, NoticeFact>>;
}

/** What the keys of a template of WeChat look like. */
export const WEAPP_TEMPLATE_KEY =
  /^(thing|character_string|number|letter|symbol|phrase|name|time|date|amount)\d{1,2}$/;

/** What the keys of a template of Alipay look like. */
export const ALIPAY_TEMPLATE_KEY = /^keyword\d{1,2}$/;

export interface Notice {
  readonly openId: string;
  readonly template: NoticeTemplate;
  /** Page of the mini-program that a tap opens, with its query. */
  readonly page: string;
  readonly facts: NoticeFacts;
}

export interface HostMessenger {
  /** Sends a notice inside the host. `declined`: the user does not want any, or wants no more. */
  send(notice: Notice): Promise<'sent' | 'declined'>;
}

export interface Shipment {
  /** Our number of the payment. */
  readonly outTradeNo: string;
  readonly payerOpenId: string;
  readonly description: string;
  readonly at: Date;
}

export interface Shipping {
  /** Tells the host that what was paid for is delivered. `settled`: it knew, or the payment needs none any more. */
  upload(shipment: Shipment): Promise<'uploaded' | 'settled'>;
}
