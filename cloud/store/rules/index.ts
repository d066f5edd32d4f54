export {
  activationsFrom,
  activationsOf,
  activationsUntil,
  addActivation,
  type RuleActivationRow,
} from './activations';
export { lockRules, ruleAuditOf, type RuleAuditRow } from './audit';
export {
  approveVersion,
  editVersion,
  noteRehearsal,
  rejectVersion,
  restoreVersion,
  stopSubject,
  submitVersion,
  withdrawVersion,
  type RuleChange,
  type RuleRefusal,
  type Rules,
  type RuleSet,
} from './changes';
export type { RuleKind } from './tables';
export {
  createVersion,
  getVersion,
  listVersions,
  versionsById,
  versionsOf,
  type RuleChanger,
  type RuleVersion,
} from './versions';
