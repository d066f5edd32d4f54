export { lastConsents, sayConsents, type ConsentRow } from './consents';
export {
  askDeletion,
  cancelDeletion,
  claimDeletions,
  deletionObstacles,
  getDeletion,
  stepDeletion,
  type DeletionAsked,
  type DeletionRow,
  type DeletionStep,
} from './deletions';
export {
  askExport,
  claimExports,
  exportPart,
  getExport,
  listExports,
  makeExport,
  removeExpiredExports,
  type DataExportRow,
} from './exports';
export { SECTIONS } from './sections';
