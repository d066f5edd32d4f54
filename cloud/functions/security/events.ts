import type { Database } from '../../store';
import { addSecurityEvent, type SecurityEventKind } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';

/** Keeps what a session did to its account's security, with `db` in a transaction of its effect. */
export function noteEvent(
  deps: Pick<Dependencies, 'db' | 'newId' | 'now'>,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
  kind: SecurityEventKind,
  db: Database = deps.db,
): Promise<void> {
  return addSecurityEvent(db, { accountId, id: deps.newId(), kind, sessionId, at: deps.now() });
}
