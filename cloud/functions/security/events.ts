import { inTransaction, type Database } from '../../store';
import { addSecurityEvent, addToldSecurityEvent, type SecurityEventKind } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';

/**
 * What the account's owner is told of in both hosts, since somebody else may have done it; a first PIN and a first phone
 * take nobody's place.
 */
const TOLD: ReadonlySet<SecurityEventKind> = new Set([
  'authenticator_added',
  'authenticator_removed',
  'biometric_added',
  'phone_changed',
  'phone_removed',
  'pin_changed',
  'pin_reset',
]);

/** Keeps what a session did to its account's security, with `db` in a transaction of its effect. */
export function noteEvent(
  deps: Pick<Dependencies, 'db' | 'newId' | 'now'>,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
  kind: SecurityEventKind,
  db: Database = deps.db,
): Promise<void> {
  const event = { accountId, id: deps.newId(), kind, sessionId, at: deps.now() };
  if (!TOLD.has(kind)) return addSecurityEvent(db, event);
  return inTransaction(db, (transaction) =>
    addToldSecurityEvent(transaction, event, { type: 'account.security_changed', about: { change: kind } }),
  );
}
