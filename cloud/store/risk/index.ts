export {
  activationsOfBook,
  readBooks,
  readJudgingBooks,
  type JudgingBooks,
  type RiskBookActivation,
} from './book-activations';
export {
  approveRiskBook,
  createRiskBook,
  editRiskBook,
  getRiskBook,
  listRiskBooks,
  noteBookRehearsal,
  rejectRiskBook,
  restoreRiskBook,
  restoreShippedBook,
  riskBookAuditOf,
  shadowRiskBook,
  submitRiskBook,
  type RiskBookChange,
  type RiskBookRow,
} from './books';
export { caseHistory } from './case-history';
export {
  appealCase,
  decideCase,
  eventsOfAccount,
  getCase,
  listCases,
  newestCase,
  snoozeCase,
  type RiskCaseChange,
  type RiskCaseRow,
  type RiskEventRow,
} from './cases';
export {
  recordEvent,
  releaseEvent,
  releasePayment,
  standingOfEvent,
  type EventStanding,
  type JudgedEvent,
} from './events';
export { recordFinding } from './findings';
export { readKnown } from './known';
export { listedNames, putOnList, takeOffList, type RiskListedRow } from './lists';
export { liftLockByOperator, lockByOperator } from './operator-locks';
export { countPastEvents, countShadow, readLists, readPastEvents, type ShadowCount } from './past-events';
export { takeTurn } from './turns';
export { readRiskState, rollUpRisk, type RiskState } from './state';
