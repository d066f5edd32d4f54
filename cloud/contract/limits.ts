/** Largest payment in fen (¥50,000.00). Larger amounts are refused with `amount_too_large`. */
export const AMOUNT_FEN_MAX = 5_000_000;
/** Smallest payment in fen: gateways refuse less. */
export const AMOUNT_FEN_MIN = 1;
/** How long a quote stays valid, in ms. */
export const QUOTE_LIFETIME_MS = 5 * 60_000;
/** How long an order waits for its payment before it is closed, in ms. */
export const ORDER_LIFETIME_MS = 15 * 60_000;
/** Largest request body accepted, in bytes; notifications included. */
export const BODY_BYTES_MAX = 64 * 1024;
/** Largest set of fee rules accepted, in bytes: some two thousand rules. */
export const FEE_RULES_BYTES_MAX = 1024 * 1024;
export const FEE_RULES_MAX = 2_000;
/** Tiers of one fee rule: every one that a payment reaches is told in its quote. */
export const FEE_PARTS_MAX = 12;
/** Days and paid orders that one rehearsal covers at most. */
export const REHEARSAL_DAYS_MAX = 93;
export const REHEARSAL_ORDERS_MAX = 2_000_000;
/** Largest book of risk rules accepted, in bytes. */
export const RISK_BOOK_BYTES_MAX = 256 * 1024;
export const RISK_RULES_MAX = 500;
/** Days and events that one rehearsal of risk rules covers at most; events of the month before, which it reads too, count. */
export const RISK_REHEARSAL_DAYS_MAX = 31;
export const RISK_REHEARSAL_EVENTS_MAX = 500_000;
/** Items in one page of a list: default and most. */
export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
/** Characters of a remark written by the payer. */
export const REMARK_LENGTH_MAX = 60;
/** Bank cards that an account may hold at once, and bind within a day: who tries stolen numbers binds many. */
export const CARDS_MAX = 10;
export const CARDS_BOUND_PER_DAY_MAX = 5;
/** Characters of an appeal against a lock or a finding. */
export const APPEAL_LENGTH_MAX = 200;
/** Days and lines that one statement of a merchant covers at most. */
export const STATEMENT_DAYS_MAX = 31;
export const STATEMENT_LINES_MAX = 10_000;
