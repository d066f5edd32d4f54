import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What must hold of reconciliation, whatever bills said. */
export const reconcileInvariants: readonly Invariant[] = [
  {
    name: 'a gateway fee is booked under the id of its payment or refund',
    violations: sql`
      select format('fee %s of attempt %s is booked under another id', id, attempt_id) as violation from postings
        where kind = 'gateway_fee' and id <> derived_id('gateway_fee:payment:' || attempt_id)
          and not exists (select from refunds where refunds.attempt_id = postings.attempt_id
            and postings.id = derived_id('gateway_fee:refund:' || refunds.id))`,
  },
  {
    name: 'a gateway fee is only booked of money that moved',
    violations: sql`
      select format('fee %s is of attempt %s, which never succeeded', postings.id, attempt_id) as violation
        from postings where kind = 'gateway_fee'
          and not exists (select from attempts where attempts.id = attempt_id and state = 'succeeded')`,
  },
  {
    name: 'a gateway fee moves between clearing and expense alone',
    violations: sql`
      select format('fee %s touches %s', posting_id, account) as violation
        from entries where kind = 'gateway_fee' and account <> 'gateway_fee_expense'
          and account not like 'gateway_clearing:%'`,
  },
  {
    name: 'every change of a difference is in its history',
    violations: sql`
      select format('difference %s is %s, its history ends with %s', id, state, last) as violation from (
        select id, state, (select to_state from difference_history where difference_id = differences.id
          order by difference_history.id desc limit 1) as last from differences
      ) as ends where last is distinct from state`,
  },
  {
    name: 'an adjustment is of a difference that a person resolved',
    violations: sql`
      select format('adjustment %s is of no difference that a person repaired', postings.id) as violation
        from postings where kind = 'reconciliation_adjustment' and not exists (
          select from differences join difference_history on difference_id = differences.id
            where (differences.attempt_id = postings.attempt_id or differences.id = postings.attempt_id)
              and difference_history.reason = 'adjusted' and difference_history.actor <> 'system')`,
  },
];
