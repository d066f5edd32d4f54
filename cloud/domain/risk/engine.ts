import { Calibration, type CalibrationTarget } from './calibration';
import { decide, type Decision } from './decide';
import { movesMoney, type RiskEvent } from './event';
import { type Features } from './features';
import { FeatureKeeper, type Outcome } from './keeper';
import { type Lists } from './lists';
import { type RuleBook } from './rules';

export interface EngineOptions {
  readonly book: RuleBook;
  readonly lists: Lists;
  readonly target: CalibrationTarget;
}

/** An event with what was known of it and what was decided. */
export interface Judgement {
  readonly event: RiskEvent;
  readonly features: Features;
  readonly decision: Decision;
}

/**
 * The whole of risk control over a history in memory: features, rules, cut-offs. Events come in order of time; each is
 * judged first and then taken note of, with what became of it.
 */
export class RiskEngine {
  private readonly keeper = new FeatureKeeper();
  private readonly calibration: Calibration;

  constructor(private readonly options: EngineOptions) {
    this.calibration = new Calibration(options.target);
  }

  /** Changes nothing: the same event may be judged again. */
  judge(event: RiskEvent): Judgement {
    const features = this.keeper.features(event);
    const { book, lists } = this.options;
    const decision = decide(event, features, { book, lists, cutoffs: this.calibration.cutoffs() });
    return { event, features, decision };
  }

  take({ event, features, decision }: Judgement, outcome: Outcome): void {
    this.keeper.record(event, features, outcome);
    if (movesMoney(event)) this.calibration.observe(decision.score);
  }
}
