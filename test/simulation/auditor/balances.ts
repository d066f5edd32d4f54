import { chinaDayStartMs } from '../gateways/bills';
import { dueBefore } from './model';
import { numberOf } from './mirror';
import type { Audit } from './orders';

/** What is owed is owed: every unit sums to nothing, no debt turns into a claim, and refunds under way are covered. */
export function auditBalances({ mirror, report }: Audit): void {
  const units = new Map<string, number>();
  for (const [account, balance] of mirror.balances) {
    const unit = account.split(' ')[1] ?? '';
    units.set(unit, (units.get(unit) ?? 0) + balance);
    // What is owed is negative: it never turns into a claim.
    if (/^(merchant_payable:|settlement_payable:|suspense|in_flight)/.test(account) && balance > 0) {
      report('balance', `${account} is overdrawn by ${balance}`);
    }
  }
  for (const [unit, sum] of units) {
    if (sum !== 0) report('balance', `the ledger sums to ${sum} in ${unit}`);
  }
  const underWay = new Map<string, number>();
  for (const { kind, state, merchant_id: merchantId, amount_fen: amountFen } of mirror
    .all('refunds')
    .values()) {
    if (kind !== 'order' || state === 'succeeded' || merchantId === null) continue;
    underWay.set(merchantId, (underWay.get(merchantId) ?? 0) + amountFen);
  }
  for (const [merchantId, claimed] of underWay) {
    const owed = -(mirror.balances.get(`merchant_payable:${merchantId} FEN`) ?? 0);
    if (claimed > owed) {
      report(
        'balance',
        `refunds under way take ${claimed} fen of merchant ${merchantId}, who is owed ${owed}`,
      );
    }
  }
}

/** What each gateway received or sent is in the ledger, and what it holds is what the ledger says. */
export function auditBooks({ mirror, books, report }: Audit): void {
  for (const book of Object.values(books)) {
    for (const payment of book.payments.values()) {
      if (payment.state !== 'paid') continue;
      const attempt = mirror.attemptOf(payment.outTradeNo);
      if (attempt?.state !== 'succeeded') {
        report('lost_money', `${book.name} received ${payment.outTradeNo}; its attempt is ${attempt?.state}`);
      }
    }
    for (const payout of mirror.all('payouts').values()) {
      if (payout.source !== book.name) continue;
      const truth = book.payouts.payouts.get(numberOf(payout.id))?.state ?? 'failed';
      if (truth !== payout.state)
        report('lost_money', `payout ${payout.id} is ${payout.state}, not ${truth}`);
    }
    const booked = mirror.balances.get(`gateway_clearing:${book.name} FEN`) ?? 0;
    if (booked !== book.balanceFen()) {
      report('balance', `${book.name} holds ${book.balanceFen()} fen, the ledger says ${booked}`);
    }
  }
  const suspense = mirror.balances.get('suspense FEN') ?? 0;
  if (suspense !== 0) report('balance', `${suspense} fen are left that no order wants`);
}

/** The least that is paid out, in fen. */
const MINIMUM_FEN = 100;

/** All that is due to a merchant is in a batch, but for what is too little for one. */
export function auditUnsettled({ mirror, report }: Audit, nowMs: number): void {
  const dueMs = chinaDayStartMs(dueBefore(nowMs));
  const left = new Map<string, number>();
  for (const { id, kind, created_at: createdAt } of mirror.all('postings').values()) {
    if (kind === 'settlement' || mirror.all('settlement_lines').has(id)) continue;
    for (const { account, amount } of mirror.entriesOfPosting(id)) {
      if (!account.startsWith('merchant_payable:')) continue;
      const isDue = amount > 0 || Date.parse(createdAt) < dueMs;
      if (isDue) left.set(account, (left.get(account) ?? 0) - amount);
    }
  }
  for (const [account, fen] of left) {
    if (fen >= MINIMUM_FEN) report('unsettled', `${fen} fen of ${account} are due and in no batch`);
  }
}
