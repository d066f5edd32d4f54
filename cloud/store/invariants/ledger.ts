import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What holds of everything that was ever booked. Each reads its tables once, or joins them by their keys. */
export const ledgerInvariants: readonly Invariant[] = [
  {
    name: 'every posting balances',
    violations: sql`
      select format('posting %s does not balance in %s: %s', posting_id, unit, sum(amount)) as violation
        from entries group by posting_id, unit having sum(amount) <> 0`,
  },
  {
    name: 'a posting is filed under the merchant and the user whose accounts it moves',
    violations: sql`
      select format('posting %s moves %s and is filed under %s and %s', posting_id, account, merchant_id, account_id)
          as violation
        from entries
        where merchant_id is distinct from substring(account from '^(?:merchant|settlement)_payable:(.*)$')::uuid
            and account ~ '^(merchant|settlement)_payable:'
          or account_id is distinct from substring(account from '^(?:user_points|points_pending):(.*)$')::uuid
            and account ~ '^(user_points|points_pending):'`,
  },
  {
    name: 'an order is paid if and only if its payment is booked',
    violations: sql`
      select format('order %s is %s without a payment posting', id, state) as violation from orders
        where state in ('paid', 'partially_refunded', 'refunded')
          and not exists (select from postings where order_id = orders.id and kind = 'payment')
      union all
      select format('order %s is %s with a payment posting', id, state) from orders
        where state not in ('paid', 'partially_refunded', 'refunded')
          and exists (select from postings where order_id = orders.id and kind = 'payment')`,
  },
  {
    name: 'a payment is booked with what its order cost',
    violations: sql`
      select format('order %s of %s - %s - %s = %s fen was booked with %s of %s', orders.id, amount_fen + fee_fen,
          fee_waived_fen + discount_fen, points_redeemed_fen, total_fen, account, amount) as violation
        from orders join entries on order_id = orders.id and kind = 'payment'
          and (account like 'gateway_clearing:%' or account in ('promotion_expense', 'points_expense'))
        where amount <> case account when 'promotion_expense' then fee_waived_fen + discount_fen
          when 'points_expense' then points_redeemed_fen else total_fen end`,
  },
  {
    name: 'what succeeded is booked',
    violations: sql`
      select format('attempt %s succeeded without a posting', id) as violation from attempts
        where state = 'succeeded' and not exists (select from postings where id = attempts.id)
      union all
      select format('refund %s succeeded without a posting', id) from refunds
        where kind = 'surplus' and state = 'succeeded' and not exists (
          select from postings where attempt_id = refunds.attempt_id and kind = 'surplus_refund')`,
  },
  {
    name: 'nobody is owed less than nothing',
    violations: sql`
      select format('%s is below zero: %s', account, -sum(amount)) as violation from entries
        where unit = 'FEN' and (account like 'merchant_payable:%' or account = 'suspense')
        group by account having sum(amount) > 0`,
  },
];

/** What workers look for is all that is open, and nothing else. */
export const openWorkInvariants: readonly Invariant[] = [
  {
    name: 'orders that wait for their payment are found by their expiry',
    violations: sql`
      select format('order %s is %s and waits: %s', coalesce(orders.id, order_id), state, order_id is not null)
          as violation
        from (select id, state from orders where state in ('created', 'paying')) as orders
          full join open_orders on order_id = orders.id
        where orders.id is null or order_id is null`,
  },
  {
    name: 'attempts whose end is not known are asked about',
    violations: sql`
      select format('attempt %s is %s and is asked about: %s', coalesce(attempts.id, attempt_id), state,
          attempt_id is not null) as violation
        from (select id, state from attempts where state in ('created', 'submitted', 'unknown')) as attempts
          full join open_attempts on attempt_id = attempts.id
        where attempts.id is null or attempt_id is null`,
  },
];

/** What holds between the ledger and its sealed form, beside what the hashes show. */
export const sealInvariants: readonly Invariant[] = [
  {
    name: 'sealing left no posting behind',
    violations: sql`
      select format('posting %s was left out of the blocks', postings.id) as violation
        from postings, (select last_xid, last_posting_id from ledger_blocks order by number desc limit 1) as last
        where (xid, postings.id) <= (last_xid, last_posting_id)
          and not exists (select from ledger_leaves where posting_id = postings.id)`,
  },
  {
    name: 'the lines of accounts are the entries of the sealed postings',
    violations: sql`
      select format('%s in posting %s: entry %s %s, line %s %s at %s', account, posting_id, sealed.amount, sealed.unit,
          line.amount, line.unit, line.position) as violation
        from (
          select posting_id, account, entries.unit, amount, booked_at, block * 1000000 + place as position
            from ledger_leaves join entries using (posting_id)
        ) as sealed full join account_lines as line using (posting_id, account)
        where (sealed.unit, sealed.amount, sealed.booked_at, sealed.position)
          is distinct from (line.unit, line.amount, line.booked_at, line.position)`,
  },
  {
    name: 'balances are the sums of the lines before them',
    violations: sql`
      select format('%s has the balance %s after line %s, not %s', account, balance, position, before + amount)
          as violation
        from (
          select account, position, amount, balance, coalesce(lag(balance) over (
            partition by account, unit order by booked_at, position), 0) as before from account_lines
        ) as line where balance <> before + amount`,
  },
];
