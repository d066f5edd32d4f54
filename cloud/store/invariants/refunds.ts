import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What holds of refunds, their postings and the orders they belong to. Each reads the refunds once. */
export const refundsInvariants: readonly Invariant[] = [
  {
    name: 'a refund has its posting if and only if it succeeded',
    violations: sql<{ violation: string }>`
      select format('refund %s succeeded without a posting', refunds.id) as violation
        from refunds left join postings on postings.id = refunds.id and postings.kind = 'refund'
        where refunds.kind = 'order' and state = 'succeeded' and postings.id is null
      union all
      select format('posting %s is of a refund that did not succeed', postings.id)
        from postings left join refunds on refunds.id = postings.id
        where postings.kind = 'refund' and refunds.state is distinct from 'succeeded'`,
  },
  {
    name: 'a refund is booked with its own amounts',
    violations: sql<{ violation: string }>`
      select format('refund %s of %s fen was booked with %s', refunds.id, refund_fen, -entries.amount) as violation
        from refunds join entries on entries.posting_id = refunds.id
        where refunds.kind = 'order' and state = 'succeeded'
          and (account like 'gateway_clearing:%' or account = 'refund_clearing') and entries.amount <> -refund_fen
      union all
      select format('refund %s of the amount %s was booked with %s', refunds.id, amount_fen, entries.amount)
        from refunds join entries on entries.posting_id = refunds.id
        where refunds.kind = 'order' and state = 'succeeded'
          and account = 'merchant_payable:' || refunds.merchant_id and entries.amount <> amount_fen`,
  },
  {
    name: 'refunds of an order never exceed what was paid, and the last one returns exactly the rest',
    violations: sql<{ violation: string }>`
      select format('refunds of order %s claim %s of %s', orders.id, claimed, (orders.amount_fen, orders.fee_fen,
          orders.fee_waived_fen, orders.discount_fen, orders.points_redeemed_fen, orders.points_redeemed, orders.points))
          as violation
        from (
          select order_id, sum(amount_fen) as amount_fen, sum(fee_fen) as fee_fen,
              sum(fee_waived_fen) as fee_waived_fen, sum(discount_fen) as discount_fen,
              sum(points_redeemed_fen) as points_redeemed_fen, sum(points_redeemed) as points_redeemed,
              sum(points) as points
            from refunds where kind = 'order' group by order_id
        ) as claimed join orders on orders.id = order_id
        where claimed.amount_fen > orders.amount_fen or claimed.fee_fen > orders.fee_fen
          or claimed.fee_waived_fen not between 0 and orders.fee_waived_fen
          or claimed.discount_fen not between 0 and orders.discount_fen
          or claimed.points_redeemed_fen not between 0 and orders.points_redeemed_fen
          or claimed.points_redeemed > orders.points_redeemed or claimed.points > orders.points
          or (claimed.amount_fen = orders.amount_fen
            and (claimed.fee_fen, claimed.fee_waived_fen, claimed.discount_fen, claimed.points_redeemed_fen,
                claimed.points_redeemed, claimed.points)
              <> (orders.fee_fen, orders.fee_waived_fen, orders.discount_fen, orders.points_redeemed_fen,
                orders.points_redeemed, orders.points))`,
  },
  {
    name: 'an order tells what was refunded of it',
    violations: sql<{ violation: string }>`
      select format('order %s is %s with %s fen refunded, its refunds say %s', orders.id, orders.state,
          orders.refunded_fen, coalesce(returned.fen, 0)) as violation
        from orders left join (
          select order_id, sum(refund_fen) as fen, sum(amount_fen) as amount_fen from refunds
            where kind = 'order' and state = 'succeeded' group by order_id
        ) as returned on order_id = orders.id
        where orders.refunded_fen <> coalesce(returned.fen, 0)
          or (orders.state = 'refunded') <> (coalesce(returned.amount_fen, 0) = orders.amount_fen)
          or (orders.state = 'partially_refunded') <> (coalesce(returned.amount_fen, orders.amount_fen) < orders.amount_fen)`,
  },
  {
    name: 'what refunds under way will take of a merchant is there',
    violations: sql<{ violation: string }>`
      select format('refunds under way take %s fen of merchant %s, who is owed %s', claimed.fen, merchant_id,
          coalesce(owed.fen, 0)) as violation
        from (
          select merchant_id, sum(amount_fen) as fen from refunds
            where kind = 'order' and state <> 'succeeded' group by merchant_id
        ) as claimed left join (
          select account, -sum(amount) as fen from entries
            where unit = 'FEN' and account like 'merchant_payable:%' group by account
        ) as owed on owed.account = 'merchant_payable:' || merchant_id
        where claimed.fen > coalesce(owed.fen, 0)`,
  },
];
