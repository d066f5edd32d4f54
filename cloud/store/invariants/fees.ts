import { sql } from 'kysely';

import type { Invariant } from './invariant';
import { trailIsWhole } from './trail';

/** What must hold of the rules of fees and of what was done to them. */
export const feeInvariants: readonly Invariant[] = [
  trailIsWhole('fee rules', {
    table: 'fee_rule_audit',
    hash: 'fee_audit_hash(previous_hash, rule_set_id, action, actor, note, content_hash, at)',
  }),
  {
    name: 'fee rules go live after a second person approved them',
    violations: sql`
      select format('activation %s of rules %s was not approved by somebody else', fee_activations.id, rule_set_id)
          as violation
        from fee_activations join fee_rule_sets on fee_rule_sets.id = rule_set_id
        where withdrawn_at is null and not exists (
          select from fee_rule_audit where fee_rule_audit.rule_set_id = fee_activations.rule_set_id
            and fee_rule_audit.content_hash = fee_rule_sets.content_hash
            and (action = 'migrated' or action = 'approved' and actor <> all (
              select 'operator:' || name from unnest(authors) as name)))`,
  },
];
