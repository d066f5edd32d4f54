import { sql } from 'kysely';

import type { Invariant } from './invariant';
import { trailIsWhole } from './trail';

/** What must hold of what operators do, and of its trail. */
export const operatorInvariants: readonly Invariant[] = [
  trailIsWhole('operators', {
    table: 'operator_audit',
    hash: 'operator_audit_hash(previous_hash, request_id, operator, action, target, content_hash, status, at)',
  }),
  {
    name: 'a step of an order names its operator if and only if an operator took it',
    violations: sql<{ violation: string }>`
      select format('step %s of order %s was taken by %s and names %s as its operator', id, order_id, actor,
          coalesce(operator, 'nobody')) as violation
        from history where (operator is not null) <> (actor = 'operator')`,
  },
];
