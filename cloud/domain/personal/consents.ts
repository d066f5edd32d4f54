import { dayOf, formatDay } from '../calendar';
import type { DocumentId, DocumentVersion, LegalDocument } from './documents';

/** What somebody said last about a document. */
export interface Consent {
  readonly document: DocumentId;
  readonly version: string;
  readonly given: boolean;
}

/** `given`: to the version in force. `outdated`: to one before it, so that it is asked for again. */
export type ConsentState = 'given' | 'outdated' | 'withdrawn' | 'none';

/** The version of a document in force at an instant; its first before that begins. */
export function versionAt({ versions }: LegalDocument, now: Date): DocumentVersion {
  const today = formatDay(dayOf(now));
  const version = versions.findLast((one) => one.version <= today) ?? versions[0];
  if (version === undefined) throw new RangeError('a document has no version');
  return version;
}

/** How somebody stands to a document, by what they said of it last. */
export function consentState(document: LegalDocument, last: Consent | undefined, now: Date): ConsentState {
  if (last === undefined) return 'none';
  if (!last.given) return 'withdrawn';
  return last.version === versionAt(document, now).version ? 'given' : 'outdated';
}

/** The required documents that must be asked for before anything goes on. */
export const missingConsents = (
  documents: readonly LegalDocument[],
  said: readonly Consent[],
  now: Date,
): readonly DocumentId[] =>
  documents
    .filter(
      (document) =>
        document.kind === 'required' &&
        consentState(
          document,
          said.find((consent) => consent.document === document.id),
          now,
        ) !== 'given',
    )
    .map(({ id }) => id);
