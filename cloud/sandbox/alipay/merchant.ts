import { type BizContent } from './biz-content';
import { type Buyer, type TradeBook } from './trade-book';
import { type Parameters } from './wire';

/** The one merchant of the sandbox, with what its calls may touch. */
export interface Merchant {
  readonly appId: string;
  /** The seller's account number (2088…). */
  readonly sellerId: string;
  readonly book: TradeBook;
  readonly now: () => Date;
  /** A user of this mini-program by open id. */
  readonly findBuyer: (openId: string) => Buyer | undefined;
  /** Whether a user was recognised by the phone for a challenge. */
  readonly confirmIdentity: (asked: {
    readonly verifyId: string;
    readonly challenge: string;
    readonly openId: string;
  }) => object;
  /** Shows a notice to a user; false where the user allows none. */
  readonly show: (message: TemplateMessage) => boolean;
}

export interface TemplateMessage {
  readonly openId: string;
  readonly templateId: string;
  readonly page: string;
  readonly values: Readonly<Record<string, string>>;
}

/** One admitted call. */
export interface Call {
  readonly parameters: Parameters;
  readonly biz: BizContent;
}
