import { sql, type Kysely } from 'kysely';

/** Payees look for what is paid out to them, each on their own screen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index payouts_of_payee on payouts (payee_id, source, id)
      where payee_kind = 'open_id' and sent_at is not null`.execute(db);
}
