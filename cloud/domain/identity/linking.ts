import { DAY_MS } from '../calendar';

/** How long a code by which accounts are joined can be used, in ms. */
export const LINK_CODE_LIFETIME_MS = 10 * 60_000;
/**
 * How long after one login was taken off an account the next may be, in ms: whoever unlinks has a new account in that host, and
 * with it what new users get.
 */
export const UNLINK_PAUSE_MS = 30 * DAY_MS;

/** What keeps one person's accounts from being joined. */
export type JoinObstacle =
  /** One account, or two of the same host. */
  | 'same_host'
  /** The code was used, replaced or ran out meanwhile. */
  | 'code_invalid'
  /** One of them is locked, is being looked at by risk control, or is kept from paying. */
  | 'locked'
  | 'being_deleted'
  /** An order, a payment, a refund, or what follows of one is not over in one of them. */
  | 'under_way'
  /** One of them has no phone, or they are two numbers, or one was set in place of another just now. */
  | 'phone_differs';
