import { DAY_MS } from '../calendar';
import { RiskEngine, type EngineOptions, type Judgement } from './engine';
import { movesMoney, type RiskEvent } from './event';

/** A lock is lifted after a day where nobody is there to unlock. */
const LOCKED_MS = DAY_MS;

export interface Replayed extends Judgement {
  /** Whether the payment was held: by its own verdict, or because its account was locked already. */
  readonly held: boolean;
  readonly wasLocked: boolean;
}

/** Past events through the engine, in order of time, as if each had just happened. Nothing is known of how challenges ended. */
export class Replay {
  private readonly engine: RiskEngine;
  private readonly lockedUntilMs = new Map<string, number>();
  private newestMs = Number.NEGATIVE_INFINITY;

  constructor(options: EngineOptions) {
    this.engine = new RiskEngine(options);
  }

  /** Throws RangeError for an event older than the one before it. */
  next(event: RiskEvent): Replayed {
    if (event.atMs < this.newestMs) throw new RangeError('events are not in order of time');
    this.newestMs = event.atMs;
    const judgement = this.engine.judge(event);
    const { decision } = judgement;
    const wasLocked = (this.lockedUntilMs.get(event.user) ?? Number.NEGATIVE_INFINITY) > event.atMs;
    if (decision.verdict === 'lock' && !wasLocked) {
      this.lockedUntilMs.set(event.user, event.atMs + LOCKED_MS);
    }
    const held = wasLocked || decision.verdict !== 'allow';
    this.engine.take(judgement, held && movesMoney(event) ? 'held' : 'passed');
    return { ...judgement, held, wasLocked };
  }
}
