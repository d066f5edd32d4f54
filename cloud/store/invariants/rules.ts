import { sql } from 'kysely';

import type { Invariant } from './invariant';
import { trailIsWhole } from './trail';

/** What must hold of rules of all kinds and of what was done to them. */
export const ruleInvariants: readonly Invariant[] = [
  trailIsWhole('rules', {
    table: 'rule_audit',
    chain: 'kind',
    hash: 'rule_audit_hash(previous_hash, version_id, action, actor, note, content_hash, at)',
  }),
  {
    name: 'rules go live after a second person approved them',
    violations: sql`
      select format('activation %s of %s %s was not approved by somebody else', activation.id, activation.kind,
          version_id) as violation
        from rule_activations as activation join rule_versions as version on version.id = version_id
        where withdrawn_at is null and not exists (
          select from rule_audit as trail where trail.version_id = version.id
            and trail.content_hash = version.content_hash
            and (action = 'migrated' or action = 'approved' and actor <> all (
              select 'operator:' || name from unnest(authors) as name)))`,
  },
];
