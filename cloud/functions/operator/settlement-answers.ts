import { payoutPagePath } from '../../contract/paths';
import type { Settlement, SettlementDetail, SettlementTerms } from '../../contract/types';
import {
  payoutsOf,
  settlementHistory,
  settlementLines,
  type Database,
  type PayoutRow,
  type SettlementHistoryRow,
  type SettlementRow,
  type SettlementTermsRow,
} from '../../store';

const LINES_SHOWN = 1_000;

const text = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** Enough of an account to tell it from another, too little to use it. */
const masked = (account: string): string => `${account.slice(0, 2)}***${account.slice(-4)}`;

export const settlementAnswer = (settlement: SettlementRow): Settlement => ({
  id: settlement.id,
  merchantId: settlement.merchantId,
  cutOffDay: settlement.cutOffDay,
  state: settlement.state,
  netFen: settlement.netFen,
  lineCount: settlement.lineCount,
  closedAt: settlement.closedAt.toISOString(),
  paidAt: text(settlement.paidAt),
});

const payoutAnswer = (payout: PayoutRow): SettlementDetail['payouts'][number] => ({
  id: payout.id,
  part: payout.part,
  try: payout.try,
  source: payout.source,
  payee: payout.payeeId === null ? null : masked(payout.payeeId),
  amountFen: payout.amountFen,
  state: payout.state,
  billNumber: payout.billNumber,
  confirmation: payout.confirmation,
  payeePage: payout.state === 'awaiting_payee' ? payoutPagePath(payout.id) : null,
  failureReason: payout.failureReason,
  createdAt: payout.createdAt.toISOString(),
  sentAt: text(payout.sentAt),
  paidAt: text(payout.paidAt),
});

/** A settlement with its lines, its payouts and all that happened to them. */
export async function settlementDetail(db: Database, settlement: SettlementRow): Promise<SettlementDetail> {
  const payouts = await payoutsOf(db, settlement.id);
  const lines = await settlementLines(db, { settlementId: settlement.id, limit: LINES_SHOWN });
  const history = await settlementHistory(db, {
    merchantId: settlement.merchantId,
    subjectIds: [settlement.id, ...payouts.map((payout) => payout.id)],
  });
  return {
    ...settlementAnswer(settlement),
    payouts: payouts.map(payoutAnswer),
    lines: lines.map(({ at, ...line }) => ({ ...line, at: at.toISOString() })),
    history: history.map(historyAnswer),
  };
}

const historyAnswer = (row: SettlementHistoryRow): SettlementDetail['history'][number] => ({
  subject: row.subject,
  subjectId: row.subjectId,
  from: row.fromState,
  to: row.toState,
  reason: row.reason,
  actor: row.actor,
  at: row.at.toISOString(),
});

/** A merchant's terms with all that was done to them. */
export async function termsDetail(db: Database, terms: SettlementTermsRow): Promise<SettlementTerms> {
  const { merchantId } = terms;
  const history = await settlementHistory(db, { merchantId, subjectIds: [merchantId] });
  return { ...termsAnswer(terms), history: history.map(historyAnswer) };
}

const termsAnswer = (terms: SettlementTermsRow): Omit<SettlementTerms, 'history'> => ({
  merchantId: terms.merchantId,
  gateway: terms.gateway,
  payeeKind: terms.payeeKind,
  payee: masked(terms.payeeId),
  minimumFen: terms.minimumFen,
  payoutMaxFen: terms.payoutMaxFen,
  holdReason: terms.holdReason,
  updatedAt: terms.updatedAt.toISOString(),
});
