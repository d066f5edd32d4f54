import { LARGE_SCORE } from './gather';
import { type RiskEvent } from './event';
import { type Features } from './features';
import { type Population } from './population';

/** What is kept of a payment beside the payment itself, as it was known when it was judged: later payments are compared with it. */
export interface PaymentTrace {
  readonly newPayee: boolean;
  readonly tiny: boolean;
  /** A first payment to its payee that was large for its account or came from a strange device. */
  readonly odd: boolean;
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
    amountScore,
    logRatio: population.amountsOf(event).logRatio(event.amountFen),
  };
}
