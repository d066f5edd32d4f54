import type { RiskCase, RiskCaseDetail, RiskEventAnswer, RiskListed } from '../../contract/types';
import type { Database } from '../../store';
import * as risk from '../../store/risk';

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
  const lock = await risk.getLock(db, found.account);
  const history = await risk.caseHistory(db, found.id);
  const events = await risk.eventsOfAccount(db, found.account);
  return {
    ...caseAnswer(found),
    locked: lock !== undefined,
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

export const listedAnswer = ({ addedAt, ...row }: risk.RiskListedRow): RiskListed => ({
  ...row,
  addedAt: addedAt.toISOString(),
});
