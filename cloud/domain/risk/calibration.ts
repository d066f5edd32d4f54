import { type Cutoffs } from './decide';

/** What the cut-offs are to hold, wherever the engine works. Probabilities from 0 to 1, points as in scores. */
export interface CalibrationTarget {
  /** Good payments that may be held, of a thousand good ones, as expected from scores. */
  readonly heldGoodPerThousand: number;
  /** A payment is never challenged below the first and always at the second probability of theft. */
  readonly challengeFrom: number;
  readonly challengeAlways: number;
  readonly blockFrom: number;
  readonly lockFrom: number;
}

const BIN_POINTS = 10;
const LOWEST_POINTS = -2_000;
const BINS = 500;
/** Cut-offs are worked out anew after so many scores. */
const EVERY = 500;
/** The past counts half once so many scores came after it. */
const HALVED_AFTER = 100_000;
/** Payments taken for granted at the share of thefts that points were fitted on. */
const PRIOR_PAYMENTS = 4_000;
/** How far the share of thefts may turn out to differ from that, in points. */
const SHIFT_MOST = 250;
const STEPS = 4;

const probabilityOf = (points: number): number => 1 / (1 + Math.exp(-points / 100));
const pointsOf = (probability: number): number => Math.round(100 * Math.log(probability / (1 - probability)));

/**
 * Cut-offs that follow the scores seen so far, without labels. Scores are log-odds at the share of thefts that points were
 * fitted on; the share where the engine works is estimated by expectation maximisation (Saerens, Latinne, Decaestecker
 * 2002), which moves all scores alike. Then the lowest cut-off is taken at which the good payments expected above it stay
 * within the target.
 */
export class Calibration {
  private readonly bins = new Float64Array(BINS);
  private total = 0;
  private unseen = 0;
  private shift = 0;
  private current: Cutoffs;

  /** `fittedShare`: share of thefts among the payments that points were fitted on. */
  constructor(
    private readonly target: CalibrationTarget,
    private readonly fittedShare: number,
  ) {
    this.current = this.cutoffsAt(pointsOf(target.challengeAlways));
  }

  cutoffs(): Cutoffs {
    return this.current;
  }

  /** Takes note of a payment's score, whatever was decided about it. */
  observe(score: number): void {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((score - LOWEST_POINTS) / BIN_POINTS)));
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    this.total += 1;
    this.unseen += 1;
    if (this.unseen < EVERY) return;
    this.unseen = 0;
    this.current = this.workOut();
    if (this.total < HALVED_AFTER) return;
    for (let place = 0; place < BINS; place += 1) this.bins[place] = (this.bins[place] ?? 0) / 2;
    this.total /= 2;
  }

  private workOut(): Cutoffs {
    const odds = Math.log(this.fittedShare / (1 - this.fittedShare));
    for (let step = 0; step < STEPS; step += 1) {
      let thefts = PRIOR_PAYMENTS * this.fittedShare;
      for (let bin = 0; bin < BINS; bin += 1) thefts += (this.bins[bin] ?? 0) * this.probabilityIn(bin);
      const share = thefts / (this.total + PRIOR_PAYMENTS);
      const shift = 100 * (Math.log(share / (1 - share)) - odds);
      this.shift = Math.max(-SHIFT_MOST, Math.min(SHIFT_MOST, shift));
    }
    const mayHold = (this.target.heldGoodPerThousand * this.total) / 1_000;
    let held = 0;
    let lowest = BINS;
    while (lowest > 0) {
      held += (this.bins[lowest - 1] ?? 0) * (1 - this.probabilityIn(lowest - 1));
      if (held > mayHold) break;
      lowest -= 1;
    }
    return this.cutoffsAt(LOWEST_POINTS + lowest * BIN_POINTS);
  }

  private probabilityIn(bin: number): number {
    return probabilityOf(LOWEST_POINTS + (bin + 0.5) * BIN_POINTS + this.shift);
  }

  private cutoffsAt(wanted: number): Cutoffs {
    const { challengeFrom, challengeAlways, blockFrom, lockFrom } = this.target;
    const at = (probability: number): number => pointsOf(probability) - Math.round(this.shift);
    const challenge = Math.min(at(challengeAlways), Math.max(at(challengeFrom), wanted));
    return {
      challenge,
      block: Math.max(challenge, at(blockFrom)),
      lock: Math.max(challenge, at(lockFrom)),
    };
  }
}
