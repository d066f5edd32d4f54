export type { PastOrder, PastPayment } from './past-order';
export type { Tallied } from './tallies';
