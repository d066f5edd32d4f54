import type { Invariant } from './invariant';
import { trailIsWhole } from './trail';

/** What must hold of what people changed of risk control. */
export const riskInvariants: readonly Invariant[] = [
  trailIsWhole('risk control', {
    table: 'risk_audit',
    hash: 'risk_audit_hash(previous_hash, subject, action, actor, note, content_hash, at)',
  }),
];
