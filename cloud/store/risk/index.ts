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
export { recordEvent, releasePayment, type JudgedEvent } from './events';
export { recordFinding } from './findings';
export { readKnown } from './known';
export { listedNames, putOnList, takeOffList, type RiskListedRow } from './lists';
export { getLock, lockAccount } from './locks';
export { readRiskState, rollUpRisk } from './state';
