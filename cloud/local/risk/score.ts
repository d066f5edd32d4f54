/** How well payments were judged. Shares from 0 to 1, rounded to four digits. */
export interface Figures {
  /** Thefts among what was held; 1 where nothing was. */
  readonly precision: number;
  /** Held among thefts; 1 where there was none. */
  readonly recall: number;
  readonly f1: number;
  /** Held good payments of a thousand good ones. */
  readonly fp_per_1000: number;
}

const rounded = (value: number): number => Number(value.toFixed(4));

/** Counts labels against decisions. */
export class Score {
  private caught = 0;
  private missed = 0;
  private bothered = 0;
  private left = 0;

  add(isFraud: boolean, held: boolean): void {
    if (isFraud) {
      if (held) this.caught += 1;
      else this.missed += 1;
    } else if (held) this.bothered += 1;
    else this.left += 1;
  }

  figures(): Figures {
    const share = (part: number, whole: number, none: number): number => (whole === 0 ? none : part / whole);
    const precision = share(this.caught, this.caught + this.bothered, 1);
    const recall = share(this.caught, this.caught + this.missed, 1);
    return {
      precision: rounded(precision),
      recall: rounded(recall),
      f1: rounded(share(2 * precision * recall, precision + recall, 0)),
      fp_per_1000: rounded(1_000 * share(this.bothered, this.bothered + this.left, 0)),
    };
  }
}
