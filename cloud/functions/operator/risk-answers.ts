import type {
  RiskAccount,
  RiskCase,
  RiskCaseDetail,
  RiskEventAnswer,
  RiskListed,
} from '../../contract/types';
import type { Database } from '../../store';
import { getAccountLock } from '../../store/identity';
import * as risk from '../../store/risk';
import { lockAnswer } from '../security/answers';

export const caseAnswer = (found: risk.RiskCaseRow): RiskCase => ({
  id: found.id,
  accountId: found.account,
  state: found.state,
  finding: found.finding,
  verdict: found.verdict,
  score: found.score,
  appealed: found.appealed,
  snoozedUntil: found.snoozedUntil?.toISOString() ?? null,
  openedAt: found.openedAt.toISOString(),
  updatedAt: found.updatedAt.toISOString(),
});

const eventAnswer = (event: risk.RiskEventRow): RiskEventAnswer => ({
  id: event.id,
  at: event.at.toISOString(),
  action: event.action,
  device: event.device,
  payee: event.payee,
  amountFen: event.amountFen,
  orderId: event.orderId,
  verdict: event.verdict,
  held: event.held,
  score: event.score,
  reasons: event.reasons,
  shadow: event.shadow,
  book: event.book,
  label: event.label,
});

/** A case with all that happened to it and what its account did. */
export async function caseDetail(db: Database, found: risk.RiskCaseRow): Promise<RiskCaseDetail> {
  const lock = await getAccountLock(db, found.account);
  const history = await risk.caseHistory(db, found.id);
  const events = await risk.eventsOfAccount(db, found.account);
  return {
    ...caseAnswer(found),
    locked: lock?.lockedAt != null,
    history: history.map(({ action, actor, note, eventId, at }) => ({
      action,
      actor,
      note,
      eventId,
      at: at.toISOString(),
    })),
    events: events.map(eventAnswer),
  };
}

/** An account as risk control knows it; undefined where there is none. */
export async function accountAnswer(
  db: Database,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<RiskAccount | undefined> {
  const lock = await getAccountLock(db, accountId);
  if (lock === undefined) return undefined;
  const found = await risk.newestCase(db, accountId);
  return { accountId, lock: lockAnswer(lock, now), caseId: found?.id ?? null };
}

export const listedAnswer = ({ addedAt, ...row }: risk.RiskListedRow): RiskListed => ({
  ...row,
  addedAt: addedAt.toISOString(),
});
