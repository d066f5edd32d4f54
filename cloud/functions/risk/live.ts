import { RULE_BOOK, TARGET, type Cutoffs, type Population, type RuleBook } from '../../domain/risk';
import { type Database } from '../../store';
import * as risk from '../../store/risk';

/**
 * How long what is usual among everybody is taken as it is, in ms: it moves slowly, since it is worked out from all payments.
 */
const KNOWN_FOR_MS = 5_000;

/** What events are judged by besides their own past. */
export interface RiskPolicy {
  readonly book: RuleBook;
  readonly population: Population;
  readonly cutoffs: Cutoffs;
}

/** What risk control judges by, as a process keeps it. */
export interface LiveRisk {
  at(now: Date): Promise<RiskPolicy>;
}

/** Reads the policy when somebody asks and what is kept is old. */
export function liveRisk(db: Database): LiveRisk {
  let known: { readonly policy: RiskPolicy; readonly askedAtMs: number } | undefined;
  return {
    async at(now) {
      const ageMs = now.getTime() - (known?.askedAtMs ?? 0);
      // A clock that was put back makes what is known look as if it came from the future.
      if (known !== undefined && ageMs >= 0 && ageMs < KNOWN_FOR_MS) return known.policy;
      const { population, calibration } = await risk.readRiskState(db, TARGET);
      const policy = { book: RULE_BOOK, population, cutoffs: calibration.cutoffs() };
      known = { policy, askedAtMs: now.getTime() };
      return policy;
    },
  };
}
