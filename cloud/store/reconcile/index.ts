export { bookAdjustment, bookAgreedFee } from './adjust';
export {
  countDifferences,
  differenceHistory,
  getDifference,
  leaveWaiting,
  listDifferences,
  moveDifference,
  type DifferenceChange,
  type DifferenceRow,
  type DifferenceState,
} from './differences';
export type { BillDay, FundTotals } from './match';
export { matchBill, type Matched } from './reconcile';
export { finishRun, lastExecution, startRun } from './runs';
export type { StagedRow } from './staging';
