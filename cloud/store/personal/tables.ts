import type { ColumnType, Generated } from 'kysely';

import type { Host } from '../../contract/types';
import type { DocumentId } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;

export interface ConsentsTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  document: Fixed<DocumentId>;
  version: Fixed<string>;
  /** False where it was withdrawn. */
  given: Fixed<boolean>;
  host: Fixed<Host>;
  at: Fixed<Date>;
}

export interface DataExportsTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  state: 'waiting' | 'ready' | 'removed';
  askedAt: Fixed<Date>;
  leasedUntil: ColumnType<Date | null, Date | undefined, Date | null>;
  readyAt: ColumnType<Date | null, never, Date>;
  expiresAt: ColumnType<Date | null, never, Date>;
  bytes: Generated<number>;
}

export interface DataExportPartsTable {
  accountId: Fixed<string>;
  exportId: Fixed<string>;
  place: Fixed<number>;
  section: Fixed<string>;
  items: Fixed<string>;
}

export interface AccountDeletionsTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  state: 'cooling' | 'running' | 'done' | 'cancelled';
  askedAt: Fixed<Date>;
  dueAt: Fixed<Date>;
  nextAt: Date;
  /** How many steps are done. */
  steps: Generated<number>;
  endedAt: ColumnType<Date | null, never, Date>;
}
