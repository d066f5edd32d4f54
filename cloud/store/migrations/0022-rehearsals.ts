import { sql, type Kysely } from 'kysely';

/** Rehearsals of promotions and of books of risk rules beside those of fee rules: one queue, and one table for what became of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table fee_rehearsals rename to rehearsals`.execute(db);
  await sql`alter table rehearsals rename column rule_set_id to version_id`.execute(db);
  await sql`alter table rehearsals drop constraint fee_rehearsals_rule_set_id_fkey`.execute(db);
  await sql`
    alter table rehearsals add column kind text not null default 'fee_rules'
      check (kind in ('fee_rules', 'promotion', 'risk_book'))`.execute(db);
  await sql`alter table rehearsals alter column kind drop default`.execute(db);
  await sql`alter table rehearsals rename column orders_total to total`.execute(db);
  await sql`alter table rehearsals rename column orders_done to done`.execute(db);
  await sql`alter index fee_rehearsals_of_set rename to rehearsals_of_version`.execute(db);
  await sql`alter index fee_rehearsals_waiting rename to rehearsals_waiting`.execute(db);
}
