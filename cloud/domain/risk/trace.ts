import { LARGE_SCORE } from './gather';
import { type RiskEvent } from './event';
import { type Features } from './features';
import { type Population } from './population';

/** Who sends on later than this may have had to pay something anyway. */
const PASSED_ON_AT_ONCE_MINUTES = 60;

/** What is kept of a payment beside the payment itself, as it was known when it was judged: later payments are compared with it. */
export interface PaymentTrace {
  readonly newPayee: boolean;
  readonly tiny: boolean;
  /** A first payment to its payee that was large for its account or came from a strange device. */
  readonly odd: boolean;
  /** Sent on within an hour: most of what the account had just been paid. */
  readonly passesOn: boolean;
  readonly amountScore: number;
  /** ln(amount) less the mean of its kind over everybody. */
  readonly logRatio: number;
}

export function traceOf(event: RiskEvent, features: Features, population: Population): PaymentTrace {
  const newPayee = features.newPayee === 1;
  const { amountScore } = features;
  return {
    newPayee,
    tiny: features.tiny === 1,
    odd: newPayee && (amountScore > LARGE_SCORE || features.strangeDevice === 1),
    passesOn: features.receivedMatch === 1 && features.receivedMinutes <= PASSED_ON_AT_ONCE_MINUTES,
    amountScore,
    logRatio: population.amountsOf(event).logRatio(event.amountFen),
  };
}
