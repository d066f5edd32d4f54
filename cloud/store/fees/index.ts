export { holdAllowances, usedAllowances } from './allowances';
export { FEE_RULE_SETS, type FeeRuleSetRow, type FeeRulesRefusal } from './rule-sets';
