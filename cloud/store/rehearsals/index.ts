export { countPaidOrders, readPastClaims, readPastOrders, readPastPayments } from './past-orders';
export {
  claimRehearsal,
  finishRehearsal,
  getRehearsal,
  isRehearsed,
  recordRehearsalProgress,
  rehearsalsOf,
  requestRehearsal,
  type RehearsalRow,
} from './rehearsals';
export type { AnyRehearsalReport, RehearsalKind } from './tables';
