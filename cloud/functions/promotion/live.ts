import { promotionsLiveAt, type Promotion } from '../../domain';
import type { Database } from '../../store';
import * as store from '../../store/promotions';
import { keptFor } from '../kept-for';

/** How long what is known of promotions is taken as it is, in ms. */
const KNOWN_FOR_MS = 1_000;

/** The promotions that run, as a process keeps them. */
export interface LivePromotions {
  /**
   * The promotions that run at an instant that is now or nearly. One that was stopped within the last second may be among
   * them: it cannot be claimed any more.
   */
  at(now: Date): Promise<readonly Promotion[]>;
}

interface Known {
  readonly activations: readonly store.PromotionLiveRow[];
  readonly versions: ReadonlyMap<string, Promotion>;
}

/**
 * Keeps the promotions that run, and those that are set to follow. Approved terms never change, so each version is read
 * once; once a second, when somebody asks, it is looked what has changed.
 */
export function livePromotions(db: Database): LivePromotions {
  const knownAt = keptFor<Known>(KNOWN_FOR_MS, async (now, before) => {
    const activations = await store.promotionActivationsFrom(db, { now, endsAfter: now });
    const wanted = new Set(activations.map(({ versionId }) => versionId));
    const kept = new Map([...(before?.versions ?? [])].filter(([versionId]) => wanted.has(versionId)));
    const missing = [...wanted].filter((versionId) => !kept.has(versionId));
    return { activations, versions: new Map([...kept, ...(await store.promotionsOf(db, missing))]) };
  });
  return {
    async at(now) {
      const { activations, versions } = await knownAt(now);
      const inTime = activations.map((row) => ({ ...row, liveFromMs: row.liveFrom.getTime() }));
      return promotionsLiveAt(inTime, versions, now.getTime());
    },
  };
}
