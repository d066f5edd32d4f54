import { DAY_MS } from '../calendar';
import { HOUR_MS, MINUTE_MS, type RiskEvent } from './event';
import { type Features } from './features';
import { type Past, type PayeeHistory, type UserHistory } from './histories';

/** How many ordinary payers a payee is given before it has its own. */
const PAYERS_PRIOR = 2;
/** How many payments to new payees an account is given, at everybody's share. */
const NOVELTY_PRIOR = 4;
/** What a mule sends on of what it was sent. */
const PASSED_ON_LEAST = 0.75;

/** What is known of the payee, by this payer and by others. */
export function payeeFeatures(
  past: Past,
  event: RiskEvent,
  user: UserHistory | undefined,
): Partial<Features> {
  const { atMs } = event;
  const known = user?.payees.get(event.payee);
  const payeePayments = known?.payments ?? 0;
  const newPayee = payeePayments === 0;
  const payments = user?.payments ?? 0;
  const share =
    ((user?.newPayees ?? 0) + NOVELTY_PRIOR * past.population.newPayeeShare) / (payments + NOVELTY_PRIOR);
  const payee = past.payees.get(event.payee);
  const account = past.users.get(event.payee);
  const firstMs = Math.min(payee?.firstMs ?? atMs, account?.firstMs ?? atMs);
  return {
    newPayee: newPayee ? 1 : 0,
    payeePayments,
    newPayeeOdds: newPayee ? Math.max(0, 1 - share) : 0,
    payeeAgeHours: (atMs - firstMs) / HOUR_MS,
    payeeIsPerson: event.payeeKind === 'person' ? 1 : 0,
    ...(payee && receivedByPayee(event, payee)),
  };
}

function receivedByPayee(event: RiskEvent, payee: PayeeHistory): Partial<Features> {
  const { atMs } = event;
  const payers = new Map<string, { odd: boolean; held: boolean }>();
  const newcomers = new Set<string>();
  const testers = new Set<string>();
  payee.received.visit(atMs, 7 * DAY_MS, (received) => {
    const { payer } = received;
    if (payer === event.user) return;
    const seen = payers.get(payer);
    if (seen === undefined) payers.set(payer, { odd: received.odd, held: received.held });
    else {
      seen.odd ||= received.odd;
      seen.held ||= received.held;
    }
    if (!received.firstTime) return;
    if (atMs - received.atMs <= DAY_MS) newcomers.add(payer);
    if (atMs - received.atMs <= HOUR_MS && received.tiny) testers.add(payer);
  });
  let odd = 0;
  let held = 0;
  for (const seen of payers.values()) {
    if (seen.odd) odd += 1;
    if (seen.held) held += 1;
  }
  const log = Math.log(Math.max(1, event.amountFen));
  const mean = payee.payments === 0 ? log : payee.logSum / payee.payments;
  const spread = (payee.logSquares - payee.payments * mean ** 2 + 3) / (payee.payments + 3);
  return {
    payeePayers7d: payers.size,
    payeeOddPayers7d: odd,
    payeeOddShare: odd / (payers.size + PAYERS_PRIOR),
    payeeHeldPayers7d: held,
    payeeHeldShare: held / (payers.size + PAYERS_PRIOR),
    payeePayers24h: newcomers.size,
    payeeTiny1h: testers.size,
    payeeAmountScore: payee.payments < 5 ? 0 : (log - mean) / Math.sqrt(Math.max(0.1, spread)),
  };
}

/** Whether the account sends on what it was just sent. */
export function passingOn(past: Past, event: RiskEvent): Partial<Features> {
  const account = past.payees.get(event.user);
  if (account === undefined) return {};
  const { atMs, amountFen } = event;
  let received = 0;
  let odd = 0;
  let held = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  let receivedMatch = 0;
  account.received.visit(atMs, DAY_MS, (one) => {
    newestMs = Math.max(newestMs, one.atMs);
    received += one.amountFen;
    if (one.odd) odd += one.amountFen;
    if (one.held) held += one.amountFen;
    if (amountFen <= one.amountFen && amountFen >= PASSED_ON_LEAST * one.amountFen) receivedMatch = 1;
  });
  const inRelation = (sum: number): number => Math.min(1, sum / Math.max(1, amountFen));
  return {
    received24hShare: inRelation(received),
    receivedOddShare: inRelation(odd),
    receivedHeldShare: inRelation(held),
    receivedMinutes: Math.min(9_999, (atMs - newestMs) / MINUTE_MS),
    receivedMatch,
  };
}
