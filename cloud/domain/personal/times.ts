import { DAY_MS } from '../calendar';

/** How long an export can be fetched by its owner, in ms. */
export const EXPORT_LIFETIME_MS = 7 * DAY_MS;
/** Exports that an account may ask for within a day: each reads all that is kept about it. */
export const EXPORTS_PER_DAY_MAX = 3;
/**
 * How long somebody can take back that their account is to be deleted, in ms. PIPL article 47 asks for deletion without delay and
 * names no days; the hosts' own rules allow fifteen.
 */
export const DELETION_COOLING_MS = 7 * DAY_MS;

/** What stands in the way of a deletion. */
export type DeletionObstacle = 'order_open' | 'refund_open' | 'payout_due' | 'locked';
