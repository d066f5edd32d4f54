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
  'biometrics',
  'biometric_nonces',
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

/** Tables of which an account that was joined into another has no row left, besides those that the foreign keys keep. */
const MOVED = [
  ...EMPTIED,
  'attempts',
  'refunds',
  'cashbacks',
  'promotion_claims',
  'fee_allowance_holds',
  'points_holds',
] as const;

const leftBehind = (table: string) => sql`
  select format('account %s is joined into another and has rows in ${sql.raw(table)}', accounts.id) as violation
    from accounts
    where joined_into is not null
      and exists (select from ${sql.table(table)} as held where held.account_id = accounts.id)`;

/** What holds of accounts that were deleted, or joined into another. */
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
  {
    name: 'a joined account has nothing left',
    violations: sql.join(MOVED.map(leftBehind), sql` union all `),
  },
  {
    name: 'an account is joined into one that people sign in to',
    violations: sql`
      select format('account %s is joined into %s, which is joined itself', gone.id, kept.id) as violation
        from accounts as gone join accounts as kept on kept.id = gone.joined_into
        where kept.joined_into is not null`,
  },
];
