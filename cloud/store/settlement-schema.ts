import type { ColumnType, Generated } from 'kysely';

import type { PayoutSource, PayoutState, SettlementState } from '../domain';

type Fixed<T> = ColumnType<T, T, never>;

export interface MerchantSettlementTermsTable {
  merchantId: Fixed<string>;
  gateway: 'wechatpay' | 'alipay';
  payeeKind: 'open_id' | 'logon_id';
  payeeId: string;
  payeeName: string | null;
  minimumFen: number;
  payoutMaxFen: number;
  /** Why nothing is settled or paid out for now; null where it is. */
  holdReason: string | null;
  consideredDay: string | null;
  updatedAt: Date;
}

export interface SettlementsTable {
  id: Fixed<string>;
  merchantId: Fixed<string>;
  cutOffDay: Fixed<string>;
  state: SettlementState;
  netFen: Fixed<number>;
  lineCount: Fixed<number>;
  closedAt: Fixed<Date>;
  paidAt: Date | null;
}

export interface SettlementLinesTable {
  postingId: Fixed<string>;
  settlementId: Fixed<string>;
  amountFen: Fixed<number>;
}

export interface PayoutsTable {
  id: Fixed<string>;
  /** Whose it is: a batch of a merchant, or a cashback of a user. */
  settlementId: Fixed<string | null>;
  cashbackId: ColumnType<string | null, string | undefined, never>;
  /** Of a cashback the merchant who was paid. */
  merchantId: Fixed<string>;
  /** Which part of a batch that was too large for one payout, from 1. */
  part: Fixed<number>;
  /** How often the part was tried, from 1; every try has its own number. */
  try: Fixed<number>;
  source: Fixed<PayoutSource>;
  payeeKind: Fixed<'open_id' | 'logon_id' | null>;
  payeeId: Fixed<string | null>;
  payeeName: Fixed<string | null>;
  amountFen: Fixed<number>;
  state: PayoutState;
  /** The gateway's number, or the reference of a payment by hand. */
  billNumber: string | null;
  /** What opens the host's page where the payee confirms. */
  confirmation: string | null;
  /** The gateway's code where it refused the request for good when it was last sent. */
  refusal: string | null;
  failureReason: string | null;
  createdAt: Fixed<Date>;
  sentAt: Date | null;
  /** When a worker looks at it again; null where none needs to. */
  nextAt: Date | null;
  queries: Generated<number>;
  paidAt: Date | null;
}

export interface SettlementHistoryTable {
  merchantId: Fixed<string>;
  id: Generated<number>;
  subject: Fixed<'terms' | 'settlement' | 'payout'>;
  subjectId: Fixed<string>;
  fromState: Fixed<string | null>;
  toState: Fixed<string>;
  reason: Fixed<string>;
  /** `system`, `gateway`, or `operator:` and a name. */
  actor: Fixed<string>;
  at: Fixed<Date>;
}
