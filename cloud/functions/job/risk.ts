import * as risk from '../../store/risk';
import type { Job } from './items';

/** Events of one step, and of one run at most; the next goes on. */
const STEP = 2_000;
const STEPS_MAX = 20;
/** Whoever keeps an event takes no longer than this for it, in ms. */
const SETTLED_AFTER_MS = 15_000;

/** Takes events into what is usual among everybody, and works out anew from which score payments are held. */
export const rollUpRisk: Job = async (deps) => {
  const report = { events: 0 };
  const { target } = await deps.risk.at(deps.now());
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const now = deps.now();
    const until = new Date(now.getTime() - SETTLED_AFTER_MS);
    const taken = await risk.rollUpRisk(deps.db, { target, until, limit: STEP, now });
    report.events += taken;
    if (taken < STEP) break;
  }
  return report;
};
