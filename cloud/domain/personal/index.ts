export { consentState, missingConsents, versionAt, type Consent, type ConsentState } from './consents';
export {
  DOCUMENT_IDS,
  DOCUMENTS,
  type DocumentId,
  type DocumentText,
  type DocumentVersion,
  type LegalDocument,
} from './documents';
export { DELETION_COOLING_MS, EXPORT_LIFETIME_MS, EXPORTS_PER_DAY_MAX, type DeletionObstacle } from './times';
