import { consentState, type DocumentId } from '../../domain/personal';
import { lastConsents } from '../../store/personal';
import type { Dependencies } from '../dependencies';
import { ApiError } from '../http/problem';

/** Makes sure that an account agreed to a purpose, in the version in force. Throws ApiError `consent_required`. */
export async function requireConsent(
  deps: Pick<Dependencies, 'db' | 'documents' | 'now'>,
  accountId: string,
  purpose: DocumentId,
): Promise<void> {
  const document = deps.documents.find(({ id }) => id === purpose);
  const said = await lastConsents(deps.db, accountId);
  const last = said.find((consent) => consent.document === purpose);
  if (document === undefined || consentState(document, last, deps.now()) !== 'given')
    throw new ApiError('consent_required');
}
