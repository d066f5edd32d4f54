import type { Selectable } from 'kysely';

import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import { getAccountLock, unlockByOperator } from '../identity/locks';
import { addCaseHistory } from './case-history';
import { openCase } from './open-case';
import type { RiskCasesTable, RiskEventsTable, RiskLabel } from './tables';

export type RiskCaseRow = Selectable<RiskCasesTable>;
export type RiskEventRow = Selectable<RiskEventsTable>;
export type RiskCaseRefusal =
  'risk_case_not_found' | 'risk_case_decided' | 'nothing_to_appeal' | 'appeal_pending';
export type RiskCaseChange =
  | { readonly outcome: 'done'; readonly found: RiskCaseRow }
  | { readonly outcome: 'refused'; readonly code: RiskCaseRefusal };

/** Who decides about a case, why, and when. */
export interface CaseChanger {
  readonly caseId: string;
  readonly operator: string;
  readonly note: string;
  readonly now: Date;
}

/** Events of an account that whoever looks at its case is shown. */
const EVENTS_SHOWN = 100;

/** Cases, newest first. What was put off until before `now` is open again. Throws InvalidCursor. */
export async function listCases(
  db: Database,
  question: {
    readonly state?: RiskCaseRow['state'] | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<Page<RiskCaseRow>> {
  const { state, cursor, limit, now } = question;
  let rows = db.selectFrom('riskCases').selectAll().orderBy('id', 'desc');
  if (state === 'open') {
    rows = rows.where((eb) =>
      eb.or([eb('state', '=', 'open'), eb.and([eb('state', '=', 'snoozed'), eb('snoozedUntil', '<=', now)])]),
    );
  } else if (state === 'snoozed') rows = rows.where('state', '=', state).where('snoozedUntil', '>', now);
  else if (state === 'decided') rows = rows.where('state', '=', state);
  if (cursor !== undefined) rows = rows.where('id', '<', readCursor(cursor));
  return pageOf(await rows.limit(limit + 1).execute(), limit);
}

export const getCase = (db: Database, caseId: string): Promise<RiskCaseRow | undefined> =>
  db.selectFrom('riskCases').selectAll().where('id', '=', caseId).executeTakeFirst();

/** What an account did last, newest first. */
export const eventsOfAccount = (db: Database, account: string): Promise<readonly RiskEventRow[]> =>
  db
    .selectFrom('riskEvents')
    .selectAll()
    .where('account', '=', account)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(EVENTS_SHOWN)
    .execute();

/**
 * Ends a case. What was found is labelled by it; where it was honest, its payments go free and earn trust, and the account
 * may pay again, unless its own user locked it. `lockId` is for the change of the lock.
 */
export const decideCase = (
  db: Database,
  decision: CaseChanger & { readonly finding: RiskLabel; readonly lockId: string },
): Promise<RiskCaseChange> =>
  change(db, decision.caseId, async (transaction, found) => {
    const { finding, operator, note, now } = decision;
    if (found.state === 'decided') return 'risk_case_decided';
    await transaction
      .updateTable('riskCases')
      .set({ state: 'decided', finding, snoozedUntil: null, appealed: false, updatedAt: now })
      .where('id', '=', found.id)
      .execute();
    await transaction
      .updateTable('riskEvents')
      .set({ label: finding, ...(finding === 'honest' && { held: false }) })
      .where('account', '=', found.account)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('riskCaseHistory')
          .select((inner) => inner.ref('eventId').$notNull().as('id'))
          .where('caseId', '=', found.id)
          .where('eventId', 'is not', null),
      )
      .execute();
    const actor = `operator:${operator}`;
    await addCaseHistory(transaction, {
      caseId: found.id,
      action: 'decided',
      actor,
      note: `${finding}: ${note}`,
      at: now,
    });
    if (finding !== 'honest') return undefined;
    const unlock = {
      id: decision.lockId,
      accountId: found.account,
      reasons: ['risk', 'operator'],
      now,
    } as const;
    if (await unlockByOperator(transaction, unlock)) {
      await addCaseHistory(transaction, { caseId: found.id, action: 'unlocked', actor, note: '', at: now });
    }
    return undefined;
  });

/** Puts a case off until a time. */
export const snoozeCase = (
  db: Database,
  snooze: CaseChanger & { readonly until: Date },
): Promise<RiskCaseChange> =>
  change(db, snooze.caseId, async (transaction, found) => {
    const { until, operator, note, now } = snooze;
    if (found.state === 'decided') return 'risk_case_decided';
    await transaction
      .updateTable('riskCases')
      .set({ state: 'snoozed', snoozedUntil: until, updatedAt: now })
      .where('id', '=', found.id)
      .execute();
    const told = `${until.toISOString()}: ${note}`;
    await addCaseHistory(transaction, {
      caseId: found.id,
      action: 'snoozed',
      actor: `operator:${operator}`,
      note: told,
      at: now,
    });
    return undefined;
  });

/**
 * The user's word against what was found: the newest case is looked at again, once until it is decided anew. Whose account is
 * locked is heard whatever was found, as a new case where there is none to look at.
 */
export function appealCase(
  db: Database,
  appeal: {
    readonly account: string;
    readonly note: string;
    readonly newCaseId: string;
    readonly now: Date;
  },
): Promise<RiskCaseChange> {
  const { account, note, newCaseId, now } = appeal;
  return inTransaction(db, async (transaction): Promise<RiskCaseChange> => {
    let caseId = await appealable(transaction, account);
    if (caseId === undefined) {
      const lock = await getAccountLock(transaction, account);
      if (lock?.lockedAt == null) return { outcome: 'refused', code: 'nothing_to_appeal' };
      caseId = await openCase(transaction, { id: newCaseId, account, verdict: 'lock', score: 0, now });
    }
    return change(transaction, caseId, async (_, current) => {
      if (current.appealed) return 'appeal_pending';
      await transaction
        .updateTable('riskCases')
        .set({ state: 'open', finding: null, snoozedUntil: null, appealed: true, updatedAt: now })
        .where('id', '=', current.id)
        .execute();
      await addCaseHistory(transaction, {
        caseId: current.id,
        action: 'appealed',
        actor: 'user',
        note,
        at: now,
      });
      return undefined;
    });
  });
}

async function appealable(db: Database, account: string): Promise<string | undefined> {
  const found = await newestCase(db, account);
  return found === undefined || found.finding === 'honest' ? undefined : found.id;
}

/** What was found last about an account. */
export const newestCase = (db: Database, account: string): Promise<RiskCaseRow | undefined> =>
  db
    .selectFrom('riskCases')
    .selectAll()
    .where('account', '=', account)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Reads a case that nobody else changes until the transaction ends. */
export const holdCase = (transaction: Database, caseId: string): Promise<RiskCaseRow | undefined> =>
  transaction.selectFrom('riskCases').selectAll().where('id', '=', caseId).forUpdate().executeTakeFirst();

/** Changes one case while nobody else does; a refusal changes nothing. */
function change(
  db: Database,
  caseId: string,
  work: (transaction: Database, found: RiskCaseRow) => Promise<RiskCaseRefusal | undefined>,
): Promise<RiskCaseChange> {
  return inTransaction(db, async (transaction): Promise<RiskCaseChange> => {
    const found = await holdCase(transaction, caseId);
    if (found === undefined) return { outcome: 'refused', code: 'risk_case_not_found' };
    const code = await work(transaction, found);
    if (code !== undefined) return { outcome: 'refused', code };
    return { outcome: 'done', found: (await getCase(transaction, caseId)) ?? found };
  });
}
