import { RULE_BOOK, TARGET, type Cutoffs, type Population, type RuleBook } from '../../domain/risk';
import { type Database } from '../../store';
import * as risk from '../../store/risk';
import { keptFor } from '../kept-for';

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
export const liveRisk = (db: Database): LiveRisk => ({
  at: keptFor(KNOWN_FOR_MS, async () => {
    const { population, calibration } = await risk.readRiskState(db, TARGET);
    return { book: RULE_BOOK, population, cutoffs: calibration.cutoffs() };
  }),
});
