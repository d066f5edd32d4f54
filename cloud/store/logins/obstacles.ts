import { sql } from 'kysely';

import type { JoinObstacle } from '../../domain';
import type { Database } from '../database';

/** Two accounts: the one that stays, and the one that is joined into it. */
export interface Joining {
  readonly into: string;
  readonly from: string;
}

/**
 * What keeps two accounts from being joined now, the first of all there are. Phones are compared by the vault's blind index and
 * never opened; one that took another's place a short while ago tells nothing yet.
 */
export async function joinObstacle(
  db: Database,
  { into, from, now }: Joining & { readonly now: Date },
): Promise<JoinObstacle | undefined> {
  if (into === from) return 'same_host';
  const both = sql`(${into}::uuid, ${from}::uuid)`;
  const bothNames = sql`(${into}::text, ${from}::text)`;
  const { rows } = await sql<{ readonly obstacle: JoinObstacle }>`
    select obstacle from (
      select 1 as place, 'code_invalid' as obstacle
        where (select count(*) from accounts where id in ${both} and live_id is not null and deleted_at is null) < 2
      union all
      select 2, 'phone_differs'
        where not exists (
          select from phones as one
            join vault_records as one_number on (one_number.account_id, one_number.id) = (one.account_id, one.record_id)
            join phones as other on other.account_id = ${from}
            join vault_records as other_number
              on (other_number.account_id, other_number.id) = (other.account_id, other.record_id)
            where one.account_id = ${into} and one_number.purpose = 'phone' and other_number.purpose = 'phone'
              and one_number.blind_index = other_number.blind_index
              and one.codes_from <= ${now} and other.codes_from <= ${now})
      union all
      select 3, 'same_host'
        where exists (select from logins as one join logins as other using (host)
          where one.account_id = ${into} and other.account_id = ${from})
      union all
      select 4, 'locked'
        where exists (select from accounts where id in ${both} and locked_at is not null)
          or exists (select from risk_cases where account in ${bothNames} and state <> 'decided')
          or exists (select from risk_listed where subject = 'user' and list = 'block' and name in ${bothNames})
      union all
      select 5, 'being_deleted'
        where exists (select from account_deletions where account_id in ${both} and state in ('cooling', 'running'))
      union all
      select 6, 'under_way'
        where exists (select from orders where account_id in ${both} and state in ('created', 'paying'))
          or exists (select from open_attempts join attempts on attempts.id = attempt_id
            where attempts.account_id in ${both})
          or exists (select from refunds where account_id in ${both} and state <> 'succeeded')
          or exists (select from outbox where completed_at is null and dead_at is null
            and payload ->> 'accountId' in ${bothNames})
    ) as found order by place limit 1`.execute(db);
  return rows[0]?.obstacle;
}
