import { Migrator, sql, type Migration } from 'kysely';

import type { Database } from './database';
import * as accounts from './migrations/0001-accounts';
import * as merchants from './migrations/0002-merchants';
import * as orders from './migrations/0003-orders';
import * as ledger from './migrations/0004-ledger';
import * as refunds from './migrations/0005-refunds';
import * as ledgerScale from './migrations/0006-ledger-scale';
import * as reconcile from './migrations/0007-reconcile';
import * as settlements from './migrations/0008-settlements';
import * as feeRules from './migrations/0009-fee-rules';
import * as openWork from './migrations/0010-open-work';
import * as payoutsOfPayee from './migrations/0011-payouts-of-payee';
import * as postingsInOneRow from './migrations/0012-postings-in-one-row';
import * as attemptSteps from './migrations/0013-attempt-steps';
import * as termsOfATotal from './migrations/0015-terms-of-a-total';
import * as promotions from './migrations/0016-promotions';
import * as identity from './migrations/0017-identity';
import * as authenticators from './migrations/0017b-authenticators';
import * as vault from './migrations/0018-vault';
import * as risk from './migrations/0019-risk';
import * as points from './migrations/0020-points';
import * as pointsWarnings from './migrations/0021-points-warnings';
import * as rehearsals from './migrations/0022-rehearsals';
import * as ruleVersions from './migrations/0023-rule-versions';
import * as riskTrust from './migrations/0026-risk-trust';
import * as riskBooks from './migrations/0027-risk-books';
import * as devices from './migrations/0028-devices';
import * as phones from './migrations/0029-phones';
import * as oneLock from './migrations/0030-one-lock';
import * as personal from './migrations/0031-personal';
import * as logins from './migrations/0032-logins';
import * as biometrics from './migrations/0033-biometrics';
import * as judgedCards from './migrations/0034-judged-cards';
import * as historyUnchecked from './migrations/0035-history-unchecked';
import * as passingOn from './migrations/0036-passing-on';
import * as leanPayments from './migrations/0037-lean-payments';

/** Forward only: what went out is changed by another migration. Names order them and are never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-merchants': merchants,
  '0003-orders': orders,
  '0004-ledger': ledger,
  '0005-refunds': refunds,
  '0006-ledger-scale': ledgerScale,
  '0007-reconcile': reconcile,
  '0008-settlements': settlements,
  '0009-fee-rules': feeRules,
  '0010-open-work': openWork,
  '0011-payouts-of-payee': payoutsOfPayee,
  '0012-postings-in-one-row': postingsInOneRow,
  '0013-attempt-steps': attemptSteps,
  '0015-terms-of-a-total': termsOfATotal,
  '0016-promotions': promotions,
  '0017-identity': identity,
  '0017b-authenticators': authenticators,
  '0018-vault': vault,
  '0019-risk': risk,
  '0020-points': points,
  '0021-points-warnings': pointsWarnings,
  '0022-rehearsals': rehearsals,
  '0023-rule-versions': ruleVersions,
  '0026-risk-trust': riskTrust,
  '0027-risk-books': riskBooks,
  '0028-devices': devices,
  '0029-phones': phones,
  '0030-one-lock': oneLock,
  '0031-personal': personal,
  '0032-logins': logins,
  '0033-biometrics': biometrics,
  '0034-judged-cards': judgedCards,
  '0035-history-unchecked': historyUnchecked,
  '0036-passing-on': passingOn,
  '0037-lean-payments': leanPayments,
};

const UNDEFINED_TABLE = '42P01';
const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const migratorOf = (db: Database): Migrator =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });

/** Applies what is missing, all or nothing; processes that start together wait for one another. Answers the names applied. */
export async function migrate(db: Database): Promise<readonly string[]> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** Whether the database answers and every migration is applied. Rejects where it does not answer. */
export async function isReady(db: Database): Promise<boolean> {
  // One statement, since every cold start waits for it: the migrator would look through the whole schema first.
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`
    .execute(db)
    .catch((error: unknown) => {
      if (hasCode(error, UNDEFINED_TABLE)) return { rows: [] };
      throw error;
    });
  const applied = new Set(rows.map((row) => row.name));
  return Object.keys(MIGRATIONS).every((name) => applied.has(name));
}
