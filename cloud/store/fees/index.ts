export { activationsFrom, activationsOf, feeRulesOf, type FeeActivationRow } from './activations';
export { holdAllowances, usedAllowances } from './allowances';
export { feeAuditOf, type FeeAuditRow } from './audit';
export {
  approveFeeRuleSet,
  createFeeRuleSet,
  editFeeRuleSet,
  getFeeRuleSet,
  listFeeRuleSets,
  noteFeeRehearsal,
  rejectFeeRuleSet,
  restoreFeeRuleSet,
  submitFeeRuleSet,
  withdrawFeeRuleSet,
  type FeeRuleSetRow,
  type FeeRulesChange,
  type FeeRulesRefusal,
} from './rule-sets';
