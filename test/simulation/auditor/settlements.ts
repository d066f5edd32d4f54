import { chinaDayStartMs } from '../gateways/bills';
import type { BookPayout } from '../gateways/payouts';
import { idOf, numberOf } from './mirror';
import { settlementLines, written } from './model';
import { auditChanges, type Audit } from './orders';
import type { PayoutRow, SettlementRow } from './rows';

/** Holds one batch, its lines and all its payouts to the design. */
export function auditSettlement(audit: Audit, settlementId: string): void {
  const settlement = audit.mirror.all('settlements').get(settlementId);
  if (settlement === undefined) {
    audit.report('orphan', `something is kept for batch ${settlementId}, which does not exist`);
    return;
  }
  const { mirror, report } = audit;
  const subject = `settlement ${settlementId}`;
  auditChanges(report, subject, settlement.state, mirror.settlementHistoryOf(settlementId));
  auditBatch(audit, settlement);
  auditParts(audit, settlement);
  for (const payout of mirror.payoutsOf(settlementId)) auditPayout(audit, payout);
  for (const posting of mirror.postingsOf(settlementId)) {
    const payout = mirror.all('payouts').get(posting.attempt_id);
    const lines = settlementLines(posting.kind, {
      merchantId: settlement.merchant_id,
      source: payout?.source ?? '',
      amountFen: payout?.amount_fen ?? settlement.net_fen,
    });
    const booked = written(mirror.entriesOfPosting(posting.id));
    if (lines === undefined || booked !== written(lines)) {
      report('entries', `${posting.kind} ${posting.id} booked ${booked}`);
    }
  }
}

/** A batch is what its lines come to, each of which is owed to its merchant, due, and in no other batch; booked once. */
function auditBatch({ mirror, report }: Audit, settlement: SettlementRow): void {
  const { id, merchant_id: merchantId, cut_off_day: cutOffDay } = settlement;
  const lines = mirror.linesOf(id);
  const sum = lines.reduce((total, line) => total + line.amount_fen, 0);
  if (sum !== settlement.net_fen || lines.length !== settlement.line_count || sum <= 0) {
    report('batch', `batch ${id} of ${settlement.net_fen} fen has ${lines.length} lines of ${sum} fen`);
  }
  for (const line of lines) {
    const owed = mirror
      .entriesOfPosting(line.posting_id)
      .find(({ account }) => account === `merchant_payable:${merchantId}`);
    const posting = mirror.all('postings').get(line.posting_id);
    const isDue = Date.parse(posting?.created_at ?? '') < chinaDayStartMs(cutOffDay);
    if (owed?.amount !== -line.amount_fen || (line.amount_fen > 0 && !isDue)) {
      report('batch', `batch ${id} holds ${line.amount_fen} fen of posting ${line.posting_id}`);
    }
  }
  const twins = [...mirror.all('settlements').values()].filter(
    (other) => other.merchant_id === merchantId && other.cut_off_day === cutOffDay,
  ).length;
  if (twins !== 1) report('batch', `merchant ${merchantId} has ${twins} batches of ${cutOffDay}`);
  const booked = mirror.postingsOf(id).filter(({ kind }) => kind === 'settlement').length;
  if (booked !== 1) report('posting', `batch ${id} was booked ${booked} times`);
}

/** The newest payout of each part counts; together they are the batch and say how it stands. */
function auditParts({ mirror, report }: Audit, settlement: SettlementRow): void {
  const newest = new Map<number, PayoutRow>();
  for (const payout of mirror.payoutsOf(settlement.id)) {
    if (payout.try > (newest.get(payout.part)?.try ?? 0)) newest.set(payout.part, payout);
  }
  const parts = [...newest.values()];
  const sum = parts.reduce((total, part) => total + part.amount_fen, 0);
  if (parts.length > 0 && sum !== settlement.net_fen) {
    report('batch', `batch ${settlement.id} of ${settlement.net_fen} fen has payouts of ${sum} fen`);
  }
  const wanted =
    parts.length === 0
      ? 'closed'
      : parts.some(({ state }) => state === 'failed' || state === 'returned')
        ? 'needs_review'
        : parts.every(({ state }) => state === 'paid')
          ? 'paid'
          : 'paying';
  if (settlement.state !== wanted)
    report('batch', `batch ${settlement.id} is ${settlement.state}, not ${wanted}`);
}

/** A payout is booked when it has arrived, booked back when it came back, and its gateway says the same. */
function auditPayout({ mirror, books, report }: Audit, payout: PayoutRow): void {
  const { id, state, source } = payout;
  auditChanges(report, `payout ${id}`, state, mirror.settlementHistoryOf(id));
  const postings = mirror.postingsOf(payout.settlement_id).filter(({ attempt_id }) => attempt_id === id);
  for (const [kind, states] of [
    ['payout', ['paid', 'returned']],
    ['payout_return', ['returned']],
  ] as const) {
    const booked = postings.filter((posting) => posting.kind === kind).length;
    const expected = (states as readonly string[]).includes(state) ? 1 : 0;
    if (booked !== expected) report('posting', `payout ${id} is ${state} with ${booked} postings ${kind}`);
  }
  if (source === 'bank') return;
  const truth = books[source].payouts.payouts.get(numberOf(id))?.state;
  const allowed: Readonly<Record<string, readonly (BookPayout['state'] | undefined)[]>> = {
    requested: [undefined],
    paid: ['paid', 'returned'],
    failed: ['failed', undefined],
    returned: ['returned'],
  };
  if (allowed[state]?.includes(truth) === false) {
    report('believed', `payout ${id} is ${state}; ${source} says ${truth ?? 'nothing'}`);
  }
}

/** Nothing is paid out that no recorded payout asked for, to whom it asked, and no part of a batch twice. */
export function auditGatewayPayouts({ mirror, books, report }: Audit): void {
  const alive = new Map<string, number>();
  const live = ({ settlement_id, part }: PayoutRow): void => {
    const key = `part ${part} of batch ${settlement_id}`;
    alive.set(key, (alive.get(key) ?? 0) + 1);
  };
  for (const book of Object.values(books)) {
    for (const { outBillNo, amountFen, payee, state } of book.payouts.payouts.values()) {
      const payout = mirror.all('payouts').get(idOf(outBillNo));
      if (payout?.amount_fen !== amountFen || payout.payee_id !== payee || payout.source !== book.name) {
        report('payout', `${book.name} was asked to pay ${payee} ${amountFen} fen as ${outBillNo}`);
      } else if (state !== 'failed' && state !== 'returned') live(payout);
    }
  }
  for (const payout of mirror.all('payouts').values()) if (payout.source === 'bank') live(payout);
  for (const [part, count] of alive) {
    if (count > 1) report('paid_twice', `${part} has ${count} payouts that arrived or still may`);
  }
}
