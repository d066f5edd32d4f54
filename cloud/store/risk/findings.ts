import { sql } from 'kysely';

import { inTransaction, type Database } from '../database';
import { addCaseHistory } from './case-history';
import { recordEvent, type JudgedEvent } from './events';
import { lockAccount } from './locks';

/**
 * Keeps an event with what was decided. What was blocked or locked is put before a person: as a new case, or with the one
 * that is open about the account already. A lock stands from then on.
 */
export function recordFinding(
  db: Database,
  judged: JudgedEvent,
  finding: { readonly caseId: string; readonly now: Date },
): Promise<void> {
  const { verdict, score } = judged.decision;
  if (verdict === 'allow' || verdict === 'challenge') return recordEvent(db, judged);
  const { now } = finding;
  const account = judged.event.user;
  return inTransaction(db, async (transaction) => {
    await recordEvent(transaction, judged);
    const { id: caseId } = await transaction
      .insertInto('riskCases')
      .values({
        id: finding.caseId,
        account,
        state: 'open',
        finding: null,
        verdict,
        score,
        snoozedUntil: null,
        openedAt: now,
        updatedAt: now,
      })
      .onConflict((conflict) =>
        conflict
          .column('account')
          // Written out: once the statement is planned for any parameter, no index would be known to fit.
          .where('state', '<>', sql.lit('decided' as const))
          .doUpdateSet((eb) => ({
            // What was put off comes back with something new.
            state: 'open',
            snoozedUntil: null,
            verdict: eb
              .case()
              .when('riskCases.verdict', '=', 'lock')
              .then(eb.ref('riskCases.verdict'))
              .else(eb.ref('excluded.verdict'))
              .end(),
            score: eb.fn<number>('greatest', ['riskCases.score', 'excluded.score']),
            updatedAt: now,
          })),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    await addCaseHistory(transaction, {
      caseId,
      action: 'found',
      actor: 'system',
      note: verdict,
      event: { at: new Date(judged.event.atMs), id: judged.id },
      at: now,
    });
    if (verdict !== 'lock') return;
    if (await lockAccount(transaction, { account, caseId, by: 'system', now })) {
      await addCaseHistory(transaction, { caseId, action: 'locked', actor: 'system', note: '', at: now });
    }
  });
}
