import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What must hold of promotions, what orders claim of them, and the cashback that they owe. */
export const promotionInvariants: readonly Invariant[] = [
  {
    name: 'what is left of a budget and what claims take of it are the budget',
    violations: sql`
      select format('version %s: %s fen and %s times left, %s and %s taken, of %s and %s', version.id, budget.fen,
          budget.times, coalesce(claimed.fen, 0), coalesce(claimed.times, 0), terms #>> '{limits,budgetFen}',
          terms #>> '{limits,budgetTimes}') as violation
        from promotion_versions as version join (
          select version_id, sum(fen_left) as fen, sum(times_left) as times from promotion_budgets group by version_id
        ) as budget on budget.version_id = version.id left join (
          select version_id, sum(taken) as fen, sum(taken_times) as times from promotion_claims group by version_id
        ) as claimed on claimed.version_id = version.id
        where budget.fen + coalesce(claimed.fen, 0) is distinct from (terms #>> '{limits,budgetFen}')::bigint
          or budget.times + coalesce(claimed.times, 0) is distinct from (terms #>> '{limits,budgetTimes}')::bigint`,
  },
  {
    name: 'claims stand as their orders do',
    violations: sql`
      select format('claim of order %s is %s, the order %s', orders.id, claim.state, orders.state) as violation
        from promotion_claims as claim join orders on orders.id = order_id
        where not promoted or case
          when orders.state in ('created', 'paying') then claim.state <> 'held'
          when orders.state = 'closed' then claim.state <> 'released'
          else claim.amount is distinct from coalesce((amounts ->> orders.method)::bigint, 0) end`,
  },
  {
    name: 'cashback that is owed is booked',
    violations: sql`
      select format('%s is owed %s fen of cashback, the ledger says %s', coalesce(owed.account, booked.account),
          coalesce(owed.fen, 0), coalesce(booked.fen, 0)) as violation
        from (
          select 'cashback_payable:' || account_id as account, sum(owed_fen) as fen
            from cashbacks where state <> 'paid' group by account_id
        ) as owed full join (
          select account, -sum(amount) as fen from entries where account like 'cashback_payable:%' group by account
        ) as booked using (account)
        where coalesce(owed.fen, 0) <> coalesce(booked.fen, 0)`,
  },
];
