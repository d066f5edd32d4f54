/** What risk control makes of a payment. */
export type RiskLevel = 'low' | 'elevated' | 'high';

/**
 * How many factors of ours a payment needs besides the host's sign-in and the host's own payment window.
 *
 * The amounts follow the People's Bank's rules for payments of persons (网络支付业务管理办法, article 24, and the barcode
 * rules of 2018): 5,000 yuan a day where at least two factors were checked, more by agreement. They bind the licensed hosts
 * and not us, so they are data that a deployment may change.
 */
export interface StepUpPolicy {
  /** Payments below it are not summed up and need nothing, unless risk says otherwise, in fen. */
  readonly countFromFen: number;
  /** What one account may pay on one day before factors are asked for, in fen. */
  readonly freePerDayFen: number;
  /** What one account may pay on one day with one factor, in fen; with two there is no limit but that of a payment. */
  readonly oneFactorPerDayFen: number;
}

export const STEP_UP_POLICY: StepUpPolicy = {
  countFromFen: 100_000,
  freePerDayFen: 500_000,
  oneFactorPerDayFen: 2_000_000,
};

/** A payment about to be started. */
export interface StepUpFacts {
  readonly amountFen: number;
  /** What the account has paid and is paying today besides, in fen. */
  readonly otherFenToday: number;
  readonly risk: RiskLevel;
  /** Whether the account was locked a short while ago. */
  readonly cautious: boolean;
}

/** Whether what was paid on the day matters for a payment, so that nobody sums it up for nothing. */
export const needsDaySum = (policy: StepUpPolicy, amountFen: number): boolean =>
  amountFen >= policy.countFromFen && amountFen <= policy.oneFactorPerDayFen;

/** How many factors a payment needs; 0 for most. */
export function factorsForPayment(policy: StepUpPolicy, payment: StepUpFacts): number {
  const counts = payment.amountFen >= policy.countFromFen;
  const dayFen = counts ? payment.amountFen + payment.otherFenToday : 0;
  if (dayFen > policy.oneFactorPerDayFen || (payment.risk === 'high' && counts)) return 2;
  return dayFen > policy.freePerDayFen || payment.risk !== 'low' || payment.cautious ? 1 : 0;
}

/** How long a challenge can be answered and used, in ms: PCI DSS and ASVS 6.5.5 allow ten minutes for what comes by SMS. */
export const CHALLENGE_LIFETIME_MS = 5 * 60_000;
