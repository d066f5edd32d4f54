import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What must hold between batches, payouts and the ledger. Each is one scan, joined by keys. */
export const settlementInvariants: readonly Invariant[] = [
  {
    name: 'a batch is the sum of its lines',
    violations: sql`
      select format('settlement %s of %s fen has %s lines of %s fen', id, net_fen, coalesce(lines, 0), sum) as violation
        from settlements left join (
          select settlement_id, count(*) as lines, sum(amount_fen) as sum from settlement_lines group by settlement_id
        ) as held on settlement_id = id
        where sum is distinct from net_fen or lines is distinct from line_count`,
  },
  {
    name: 'a line is what its posting owes the merchant of its batch',
    violations: sql`
      select format('line %s of %s fen is not what was booked: %s', line.posting_id, amount_fen, amount) as violation
        from settlement_lines as line left join settlements on settlements.id = settlement_id
          left join entries on entries.posting_id = line.posting_id
            and account = 'merchant_payable:' || settlements.merchant_id
        where amount is distinct from -amount_fen`,
  },
  {
    name: 'a batch is booked once, with its amount',
    violations: sql`
      select format('settlement %s of %s fen was booked with %s', settlements.id, net_fen, amount) as violation
        from settlements left join entries on posting_id = settlements.id and kind = 'settlement'
          and account = 'merchant_payable:' || settlements.merchant_id
        where amount is distinct from net_fen
      union all
      select format('posting %s settles no batch', postings.id) from postings
        where kind = 'settlement' and not exists (select from settlements where id = postings.id)`,
  },
  {
    name: 'a paid payout is booked once, with its amount, and nothing else is',
    violations: sql`
      select format('payout %s of %s fen is %s and was booked with %s', payouts.id, amount_fen, state, amount)
          as violation
        from payouts left join entries on posting_id = payouts.id and kind in ('payout', 'cashback_payout')
          and (account = 'settlement_payable:' || payouts.merchant_id or account like 'cashback_payable:%')
        where amount is distinct from case when state in ('paid', 'returned') then amount_fen end
      union all
      select format('posting %s pays no payout', postings.id) from postings
        where kind in ('payout', 'cashback_payout') and not exists (select from payouts where id = postings.id)`,
  },
  {
    name: 'a returned payout is booked back once, and nothing else is',
    violations: sql`
      select format('payout %s is %s with %s returns', payouts.id, state, count(postings.id)) as violation
        from payouts left join postings on attempt_id = payouts.id
          and kind in ('payout_return', 'cashback_payout_return')
        group by payouts.id having count(postings.id) <> case when state = 'returned' then 1 else 0 end`,
  },
  {
    name: 'the payouts of a batch that is under way add up to it',
    violations: sql`
      select format('settlement %s of %s fen has payouts of %s fen', id, net_fen, sum) as violation
        from settlements left join (
          select settlement_id, sum(amount_fen) as sum from (
            select distinct on (settlement_id, part) settlement_id, amount_fen from payouts
              order by settlement_id, part, try desc) as newest
            group by settlement_id
        ) as paid on settlement_id = id
        where sum is distinct from case when state = 'closed' then null else net_fen end`,
  },
  {
    name: 'a batch is paid when all of it is',
    violations: sql`
      select format('settlement %s of %s fen is %s with %s fen paid', id, net_fen, state, coalesce(sum, 0)) as violation
        from settlements left join (
          select settlement_id, sum(amount_fen) as sum from payouts where state = 'paid' group by settlement_id
        ) as paid on settlement_id = id
        where (state = 'paid') is distinct from (coalesce(sum, 0) = net_fen) or coalesce(sum, 0) > net_fen`,
  },
  {
    name: 'what is to be paid out to a merchant is what its batches have not paid',
    violations: sql`
      with owed as (
        select account, -sum(amount) as fen from entries where account like 'settlement_payable:%' group by account
      ), batches as (
        select 'settlement_payable:' || merchant_id as account, sum(net_fen) as fen from settlements group by merchant_id
      ), paid as (
        select 'settlement_payable:' || merchant_id as account, sum(amount_fen) as fen from payouts
          where state = 'paid' and settlement_id is not null group by merchant_id
      )
      select format('%s is %s fen where %s fen are not paid', account, owed.fen,
          coalesce(batches.fen, 0) - coalesce(paid.fen, 0)) as violation
        from owed full join batches using (account) left join paid using (account)
        where coalesce(owed.fen, 0) <> coalesce(batches.fen, 0) - coalesce(paid.fen, 0) or owed.fen < 0`,
  },
];
