export { activationsFrom, activationsOf, feeRulesOf, type FeeActivationRow } from './activations';
export { holdAllowances, usedAllowances } from './allowances';
export { feeAuditOf, type FeeAuditRow } from './audit';
export { countPaidOrders, readPastOrders } from './past-orders';
export {
  claimRehearsal,
  finishRehearsal,
  getRehearsal,
  recordRehearsalProgress,
  rehearsalsOf,
  requestRehearsal,
  type FeeRehearsalRow,
} from './rehearsals';
export {
  approveFeeRuleSet,
  createFeeRuleSet,
  editFeeRuleSet,
  getFeeRuleSet,
  listFeeRuleSets,
  rejectFeeRuleSet,
  restoreFeeRuleSet,
  submitFeeRuleSet,
  withdrawFeeRuleSet,
  type FeeRuleSetRow,
  type FeeRulesChange,
  type FeeRulesRefusal,
} from './rule-sets';
