/**
 * What is known of the past when an event is judged: all that features are made of besides what is usual among everybody.
 * `gather.ts` gathers it from memory, the store in SQL; both mean the same by every line of it. Stretches of time end at
 * the event and include their beginning; counts of a stretch are bounded (`histories.ts`). Times are ms since 1970 UTC.
 */
export interface Known {
  /** Null where the account was never seen. */
  readonly account: KnownAccount | null;
  /** Null where the device is unknown. */
  readonly device: KnownDevice | null;
  /** Payments by the account, and by others on its device, just before. */
  readonly made: KnownMade;
  readonly payee: KnownPayee;
  /** What the account was paid within a day. */
  readonly received: KnownReceived;
}

export interface KnownAccount {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly events: number;
  /** Payments that went through; the sums below are of those. */
  readonly payments: number;
  readonly newPayees: number;
  readonly maxFen: number;
  /** Largest sum of a day before the event's own, and what was paid on that. */
  readonly maxDayFen: number;
  readonly todayFen: number;
  /** ln(amount) less the mean of its kind at that time: sum and sum of squares. */
  readonly logSum: number;
  readonly logSquares: number;
  /** Payments in the event's hour of the day, the hour before and the hour after. */
  readonly hourPayments: number;
  /** When the account was first seen in the event's city, null for never; the city with most events, `` where none is known. */
  readonly cityFirstMs: number | null;
  readonly homeCity: string;
  readonly lastCity: string;
  /** When the account was last seen before it came to `lastCity`; null where it was never elsewhere. */
  readonly cityLeftMs: number | null;
  readonly pinFails1h: number;
  readonly pinFails24h: number;
  readonly binds24h: number;
  /** Logins on the event's device within a day. */
  readonly logins24h: number;
}

export interface KnownDevice {
  /** When the account first used it; null for never. */
  readonly firstMs: number | null;
  /** Payments of the account on it that went through. */
  readonly payments: number;
  /** Whether the account began on it. */
  readonly isFirst: boolean;
  /** Whether the account is known to have any device. */
  readonly hasOthers: boolean;
  /** Other accounts on it within 30 days; those to which it is not their first device; those with held payments. */
  readonly users: number;
  readonly guests: number;
  readonly heldUsers: number;
  readonly binds24h: number;
}

export interface KnownMade {
  readonly payments10m: number;
  readonly payments1h: number;
  readonly payments24h: number;
  readonly newPayees24h: number;
  readonly large24h: number;
  /** Payments just below the same limit as this one, where it is just below one. */
  readonly belowLimit24h: number;
  readonly similar24h: number;
  /** Payments to the same payee. */
  readonly toPayee24h: number;
  /** Tiny payments within an hour, by the account or on its device. */
  readonly tiny1h: number;
  /** Whether a tiny payment within three hours was at most a 50th of this one. */
  readonly afterTiny: boolean;
  readonly held24h: number;
  readonly heldHere24h: number;
  /** Payments of other accounts on the device within an hour. */
  readonly devicePayments1h: number;
}

export interface KnownPayee {
  /** Payments of the account to the payee that went through, and when the first of them did; null for never. */
  readonly payments: number;
  readonly paidFirstMs: number | null;
  /** When the payee was first paid or seen as an account; null for never. */
  readonly firstMs: number | null;
  /** Other payers within seven days; of these with an odd first payment, with a held payment. */
  readonly payers7d: number;
  readonly oddPayers7d: number;
  readonly heldPayers7d: number;
  /** Other payers with a first payment within a day, and with a tiny one within an hour. */
  readonly newPayers24h: number;
  readonly tinyPayers1h: number;
  /** Where it is an account: its payments within 30 days by which it passed on at once what it was paid. */
  readonly passedOn30d: number;
  /** Payments that it received within seven days and that went through: how many, sum of ln(fen), sum of squares. */
  readonly payments7d: number;
  readonly logSum7d: number;
  readonly logSquares7d: number;
}

export interface KnownReceived {
  readonly fen: number;
  /** Of this, from payers to whom it was new. */
  readonly newFen: number;
  readonly oddFen: number;
  readonly heldFen: number;
  readonly newestMs: number | null;
  /** Whether the event's amount is 75 % to 100 % of one receipt. */
  readonly match: boolean;
  /** Payments within 30 days by which the account passed on at once what it was paid. */
  readonly passedOn30d: number;
}

export const NOTHING_MADE: KnownMade = {
  payments10m: 0,
  payments1h: 0,
  payments24h: 0,
  newPayees24h: 0,
  large24h: 0,
  belowLimit24h: 0,
  similar24h: 0,
  toPayee24h: 0,
  tiny1h: 0,
  afterTiny: false,
  held24h: 0,
  heldHere24h: 0,
  devicePayments1h: 0,
};

export const UNPAID: KnownPayee = {
  payments: 0,
  paidFirstMs: null,
  firstMs: null,
  payers7d: 0,
  oddPayers7d: 0,
  heldPayers7d: 0,
  newPayers24h: 0,
  tinyPayers1h: 0,
  passedOn30d: 0,
  payments7d: 0,
  logSum7d: 0,
  logSquares7d: 0,
};

export const NOTHING_RECEIVED: KnownReceived = {
  fen: 0,
  newFen: 0,
  oddFen: 0,
  heldFen: 0,
  newestMs: null,
  match: false,
  passedOn30d: 0,
};
