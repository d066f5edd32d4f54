import { type RiskEvent } from './event';

const BINS_PER_E_FOLD = 8;
const BINS = 24 * BINS_PER_E_FOLD;
/** The past counts half once so many payments came after it. */
const HALVED_AFTER = 60_000;
/** How much is taken for granted before anything was seen: a log-normal amount around 40 yuan. */
const PRIOR_COUNT = 20;
const PRIOR_MEAN = Math.log(4_000);
const PRIOR_DEVIATION = 1.3;

/** Amounts as they are kept; what JSON keeps of it is all of it. */
interface AmountsState {
  readonly bins: readonly number[];
  readonly total: number;
  readonly sum: number;
  readonly squares: number;
  readonly weight: number;
}

const NO_AMOUNTS: AmountsState = {
  bins: [],
  total: 0,
  sum: PRIOR_COUNT * PRIOR_MEAN,
  squares: PRIOR_COUNT * (PRIOR_MEAN ** 2 + PRIOR_DEVIATION ** 2),
  weight: PRIOR_COUNT,
};

/** Amounts of one kind of payment over everybody: a histogram over ln(fen) that slowly forgets. */
export class Amounts {
  private readonly bins: Float64Array;
  private total: number;
  private sum: number;
  private squares: number;
  private weight: number;

  constructor(from: AmountsState = NO_AMOUNTS) {
    this.bins = Float64Array.from({ length: BINS }, (_, place) => from.bins[place] ?? 0);
    ({ total: this.total, sum: this.sum, squares: this.squares, weight: this.weight } = from);
  }

  state(): AmountsState {
    const { total, sum, squares, weight } = this;
    return { bins: [...this.bins], total, sum, squares, weight };
  }

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

  /** ln(amount) less the mean. */
  logRatio(amountFen: number): number {
    return Math.log(Math.max(1, amountFen)) - this.mean;
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

/** What is usual among everybody, as it is kept. */
export interface PopulationState {
  readonly firstMs: number | null;
  readonly pay: AmountsState;
  readonly transfer: AmountsState;
  readonly hours: readonly number[];
  readonly newPayees: number;
  readonly payments: number;
}

const NOBODY: PopulationState = {
  firstMs: null,
  pay: NO_AMOUNTS,
  transfer: NO_AMOUNTS,
  hours: Array.from({ length: 24 }, () => 1),
  newPayees: 1,
  payments: 2,
};

/** What is usual among everybody, so that "large" and "late" need no fixed figures. */
export class Population {
  /** When the first event of all was seen. */
  firstMs: number | undefined;
  private readonly amounts: Readonly<Record<'pay' | 'transfer', Amounts>>;
  private readonly hours: number[];
  private hoursTotal: number;
  private newPayees: number;
  private payments: number;

  constructor(from: PopulationState = NOBODY) {
    this.firstMs = from.firstMs ?? undefined;
    this.amounts = { pay: new Amounts(from.pay), transfer: new Amounts(from.transfer) };
    this.hours = [...from.hours];
    this.hoursTotal = this.hours.reduce((sum, payments) => sum + payments, 0);
    ({ newPayees: this.newPayees, payments: this.payments } = from);
  }

  state(): PopulationState {
    const { firstMs, amounts, hours, newPayees, payments } = this;
    return {
      firstMs: firstMs ?? null,
      pay: amounts.pay.state(),
      transfer: amounts.transfer.state(),
      hours: [...hours],
      newPayees,
      payments,
    };
  }

  amountsOf(event: Pick<RiskEvent, 'action'>): Amounts {
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

  /** Takes note of a payment that went through, at an hour of the day in Shanghai. */
  add(event: Pick<RiskEvent, 'action' | 'amountFen'>, hour: number, isNewPayee: boolean): void {
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
