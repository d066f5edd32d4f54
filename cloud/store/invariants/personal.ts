import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** Tables of which a deleted account has no row left. */
const EMPTIED = [
  'logins',
  'login_link_codes',
  'sessions',
  'payment_pins',
  'authenticators',
  'recovery_codes',
  'sealing_keys',
  'challenges',
  'sms_codes',
  'phones',
  'bank_cards',
  'vault_keys',
  'vault_records',
  'messages',
  'data_exports',
  'data_export_parts',
] as const;

const left = (table: string) => sql`
  select format('account %s is deleted and has rows in ${sql.raw(table)}', account_deletions.account_id) as violation
    from account_deletions
    where state = 'done'
      and exists (select from ${sql.table(table)} as held where held.account_id = account_deletions.account_id)`;

/** What holds of accounts that were deleted. */
export const personalInvariants: readonly Invariant[] = [
  {
    name: 'a deleted account leads to nobody',
    violations: sql`
      select format('account %s is deleted and still has a login', accounts.id) as violation
        from account_deletions join accounts on accounts.id = account_id
        where account_deletions.steps > 0
          and (deleted_at is null or exists (select from logins where logins.account_id = accounts.id))`,
  },
  { name: 'a deleted account has nothing left', violations: sql.join(EMPTIED.map(left), sql` union all `) },
];
