import { type Cutoffs } from './decide';

/** What the cut-offs are to hold, wherever the engine works. Probabilities from 0 to 1. */
export interface CalibrationTarget {
  /** Good payments that may be challenged, of a thousand payments, as expected from scores. */
  readonly heldGoodPerThousand: number;
  /** A payment is never challenged below the first and always from the second probability of theft on. */
  readonly challengeFrom: number;
  readonly challengeAlways: number;
  readonly blockFrom: number;
}

const BIN_POINTS = 10;
const LOWEST_POINTS = -2_000;
const BINS = 500;
/** The cut-off is worked out anew after so many scores. */
const EVERY = 250;
/** The past counts half once so many scores came after it. */
const HALVED_AFTER = 100_000;
/** Before so many scores were seen, little of what the target leaves is used. */
const SCORES_LEAST = 2_000;

const probabilityOf = (points: number): number => 1 / (1 + Math.exp(-points / 100));
const pointsOf = (probability: number): number => Math.round(100 * Math.log(probability / (1 - probability)));

/** Scores seen so far, as they are kept. */
export interface CalibrationState {
  readonly bins: readonly number[];
  readonly total: number;
  readonly unseen: number;
  readonly challenge: number;
}

/**
 * A cut-off that follows the scores seen so far, without labels. A score is the log-odds of theft as fitted; so each
 * payment above a cut-off is expected to be a good one by what is left of its probability. The lowest cut-off is taken at
 * which these add up to no more than the target: where thefts are rare it goes down until hardly anybody is challenged,
 * where honest people look suspicious it goes up.
 */
export class Calibration {
  private readonly bins: Float64Array;
  private total: number;
  private unseen: number;
  private challenge: number;

  constructor(
    private readonly target: CalibrationTarget,
    from?: CalibrationState,
  ) {
    this.bins = Float64Array.from({ length: BINS }, (_, place) => from?.bins[place] ?? 0);
    this.total = from?.total ?? 0;
    this.unseen = from?.unseen ?? 0;
    this.challenge = from?.challenge ?? pointsOf(target.challengeAlways);
  }

  state(): CalibrationState {
    const { bins, total, unseen, challenge } = this;
    return { bins: [...bins], total, unseen, challenge };
  }

  cutoffs(): Cutoffs {
    const { challenge, target } = this;
    return { challenge, block: Math.max(challenge, pointsOf(target.blockFrom)) };
  }

  /** Takes note of a payment's score, whatever was decided about it. */
  observe(score: number): void {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((score - LOWEST_POINTS) / BIN_POINTS)));
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    this.total += 1;
    this.unseen += 1;
    if (this.unseen < EVERY) return;
    this.unseen = 0;
    this.challenge = this.workOut();
    if (this.total < HALVED_AFTER) return;
    for (let place = 0; place < BINS; place += 1) this.bins[place] = (this.bins[place] ?? 0) / 2;
    this.total /= 2;
  }

  private workOut(): number {
    const { heldGoodPerThousand, challengeFrom, challengeAlways } = this.target;
    const mayHold = (heldGoodPerThousand * this.total ** 2) / Math.max(SCORES_LEAST, this.total) / 1_000;
    const floor = pointsOf(challengeFrom);
    let held = 0;
    let points = LOWEST_POINTS + BINS * BIN_POINTS;
    while (points > floor) {
      const bin = (points - LOWEST_POINTS) / BIN_POINTS - 1;
      held += (this.bins[bin] ?? 0) * (1 - probabilityOf(points - BIN_POINTS / 2));
      if (held > mayHold) break;
      points -= BIN_POINTS;
    }
    return Math.min(points, pointsOf(challengeAlways));
  }
}
