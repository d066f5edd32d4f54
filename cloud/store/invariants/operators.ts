import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What must hold of the trail of what operators do. */
export const operatorInvariants: readonly Invariant[] = [
  {
    name: 'the trail of operators is whole',
    violations: sql`
      select format('row %s of the trail of operators was changed, or the row before it is gone', id) as violation
        from (select *, lag(hash, 1, '') over (order by id) as before from operator_audit) as row
        where previous_hash <> before
          or hash <> operator_audit_hash(
            previous_hash, request_id, operator, action, target, content_hash, status, at)`,
  },
];
