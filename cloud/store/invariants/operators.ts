import type { Invariant } from './invariant';
import { trailIsWhole } from './trail';

/** What must hold of the trail of what operators do. */
export const operatorInvariants: readonly Invariant[] = [
  trailIsWhole('operators', {
    table: 'operator_audit',
    hash: 'operator_audit_hash(previous_hash, request_id, operator, action, target, content_hash, status, at)',
  }),
];
