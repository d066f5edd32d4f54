import { inTransaction, type Database } from '../database';
import { lockAccount } from '../identity/locks';
import { addCaseHistory } from './case-history';
import { recordEvent, type JudgedEvent } from './events';
import { openCase } from './open-case';

/**
 * Keeps an event with what was decided. What was blocked or locked is put before a person: as a new case, or with the one
 * that is open about the account already. A lock stands from then on.
 */
export function recordFinding(
  db: Database,
  judged: JudgedEvent,
  finding: { readonly caseId: string; readonly lockId: string; readonly now: Date },
): Promise<void> {
  const { verdict, score } = judged.decision;
  if (verdict === 'allow' || verdict === 'challenge') return recordEvent(db, judged);
  const { now } = finding;
  const account = judged.event.user;
  return inTransaction(db, async (transaction) => {
    await recordEvent(transaction, judged);
    const caseId = await openCase(transaction, { id: finding.caseId, account, verdict, score, now });
    await addCaseHistory(transaction, {
      caseId,
      action: 'found',
      actor: 'system',
      note: verdict,
      event: { at: new Date(judged.event.atMs), id: judged.id },
      at: now,
    });
    if (verdict !== 'lock') return;
    const lock = { id: finding.lockId, accountId: account, reason: 'risk', sessionId: null, now } as const;
    if (await lockAccount(transaction, lock)) {
      await addCaseHistory(transaction, { caseId, action: 'locked', actor: 'system', note: '', at: now });
    }
  });
}
