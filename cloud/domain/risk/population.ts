import { type RiskEvent } from './event';

const BINS_PER_E_FOLD = 8;
const BINS = 24 * BINS_PER_E_FOLD;
/** The past counts half once so many payments came after it. */
const HALVED_AFTER = 60_000;
/** How much is taken for granted before anything was seen: a log-normal amount around 40 yuan. */
const PRIOR_COUNT = 20;
const PRIOR_MEAN = Math.log(4_000);
const PRIOR_DEVIATION = 1.3;

/** Amounts of one kind of payment over everybody: a histogram over ln(fen) that slowly forgets. */
export class Amounts {
  private readonly bins = new Float64Array(BINS);
  private total = 0;
  private sum = PRIOR_COUNT * PRIOR_MEAN;
  private squares = PRIOR_COUNT * (PRIOR_MEAN ** 2 + PRIOR_DEVIATION ** 2);
  private weight = PRIOR_COUNT;

  add(amountFen: number): void {
    const log = Math.log(Math.max(1, amountFen));
    const bin = Math.min(BINS - 1, Math.floor(log * BINS_PER_E_FOLD));
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    this.total += 1;
    this.sum += log;
    this.squares += log * log;
    this.weight += 1;
    if (this.total < HALVED_AFTER) return;
    for (let place = 0; place < BINS; place += 1) this.bins[place] = (this.bins[place] ?? 0) / 2;
    this.total /= 2;
    this.sum /= 2;
    this.squares /= 2;
    this.weight /= 2;
  }

  /** Mean of ln(fen). */
  get mean(): number {
    return this.sum / this.weight;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0.05, this.squares / this.weight - this.mean ** 2));
  }

  /** Share of all payments that are smaller, 0 to 1; a half before anything was seen. */
  rank(amountFen: number): number {
    const log = Math.log(Math.max(1, amountFen));
    const bin = Math.min(BINS - 1, Math.floor(log * BINS_PER_E_FOLD));
    let below = 0.5 * (this.bins[bin] ?? 0);
    for (let place = 0; place < bin; place += 1) below += this.bins[place] ?? 0;
    return (below + PRIOR_COUNT / 2) / (this.total + PRIOR_COUNT);
  }
}

/** What is usual among everybody, so that "large" and "late" need no fixed figures. */
export class Population {
  private readonly amounts = { pay: new Amounts(), transfer: new Amounts() };
  private readonly hours = new Float64Array(24).fill(1);
  private hoursTotal = 24;
  private newPayees = 1;
  private payments = 2;

  amountsOf(event: RiskEvent): Amounts {
    return event.action === 'transfer' ? this.amounts.transfer : this.amounts.pay;
  }

  /** Share of payments made in an hour of the day, times 24: 1 is average. */
  hourWeight(hour: number): number {
    return ((this.hours[hour] ?? 0) * 24) / this.hoursTotal;
  }

  /** Share of payments that go to somebody their payer never paid before. */
  get newPayeeShare(): number {
    return this.newPayees / this.payments;
  }

  add(event: RiskEvent, hour: number, isNewPayee: boolean): void {
    this.amountsOf(event).add(event.amountFen);
    this.hours[hour] = (this.hours[hour] ?? 0) + 1;
    this.hoursTotal += 1;
    this.payments += 1;
    if (isNewPayee) this.newPayees += 1;
    if (this.payments < HALVED_AFTER) return;
    this.payments /= 2;
    this.newPayees /= 2;
  }
}
