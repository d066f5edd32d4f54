import { compileFees, liveAt, type FeeEngine } from '../../domain';
import { type Database } from '../../store';
import * as feeRules from '../../store/fees';
import { ApiError } from '../http/problem';
import { keptFor } from '../kept-for';

/** How long what is known of coming changes is taken as it is, in ms. */
const KNOWN_FOR_MS = 1_000;
/**
 * How far ahead of its time a change is made, in ms: longer than `KNOWN_FOR_MS`, so that every process knows of a change
 * before its time and all of them change at once.
 */
export const CHANGE_LEAD_MS = 2_000;

/** The earliest time at which a change made now can take effect. */
export const soonestChange = (now: Date): Date => new Date(now.getTime() + CHANGE_LEAD_MS);

/** The rules of fees in force, as a process keeps them. */
export interface LiveFees {
  /** The rules in force at an instant that is now or nearly. Throws `not_ready` where there are none yet. */
  at(now: Date): Promise<FeeEngine>;
}

interface Known {
  readonly activations: readonly { readonly ruleSetId: string; readonly liveFromMs: number }[];
  readonly engines: ReadonlyMap<string, FeeEngine>;
}

/**
 * Keeps the rules in force, and those set to follow, ready to charge by. Approved rules never change, so each version is read
 * and made ready once; once a second, when somebody asks, it is looked whether another was set to go live.
 */
export function liveFees(db: Database): LiveFees {
  const knownAt = keptFor<Known>(KNOWN_FOR_MS, async (now, before) => {
    const found = await feeRules.activationsFrom(db, now);
    const wanted = new Set(found.map(({ ruleSetId }) => ruleSetId));
    const engines = new Map([...(before?.engines ?? [])].filter(([ruleSetId]) => wanted.has(ruleSetId)));
    const missing = [...wanted].filter((ruleSetId) => !engines.has(ruleSetId));
    for (const [ruleSetId, set] of await feeRules.feeRulesOf(db, missing)) {
      engines.set(ruleSetId, compileFees(set));
    }
    return {
      engines,
      activations: found.map(({ ruleSetId, liveFrom }) => ({ ruleSetId, liveFromMs: liveFrom.getTime() })),
    };
  });
  return {
    async at(now) {
      const { activations, engines } = await knownAt(now);
      const live = liveAt(activations, now.getTime());
      const engine = live && engines.get(live.ruleSetId);
      if (engine === undefined) throw new ApiError('not_ready');
      return engine;
    },
  };
}
