import { sql, type ColumnType, type Generated } from 'kysely';

import type { Database } from './database';

type Fixed<T> = ColumnType<T, T, never>;

export interface OperatorAuditTable {
  id: Generated<number>;
  requestId: Fixed<string>;
  operator: Fixed<string>;
  action: Fixed<string>;
  target: Fixed<string>;
  contentHash: Fixed<string>;
  status: Fixed<number | null>;
  at: Fixed<Date>;
  previousHash: Fixed<string>;
  hash: Fixed<string>;
}

/** Something that an operator is about to do, or what was answered to it. */
export interface OperatorAct {
  readonly requestId: string;
  readonly operator: string;
  /** Method and pattern of the path. */
  readonly action: string;
  /** The path itself, which names what it is done to. */
  readonly target: string;
  /** SHA-256 (hex) of the body as it came, which holds what a person wrote. */
  readonly contentHash: string;
  /** HTTP status of the answer; null before. */
  readonly status: number | null;
  readonly at: Date;
}

/** Adds to the trail of what operators do, chained to its last row. */
export async function addOperatorAudit(db: Database, act: OperatorAct): Promise<void> {
  const { requestId, operator, action, target, contentHash, status, at } = act;
  await sql`
    select add_operator_audit(${requestId}, ${operator}, ${action}, ${target}, ${contentHash}, ${status}, ${at})`.execute(
    db,
  );
}
