import { activationAt, isRunning, type Promotion } from '../../domain';
import type { Database } from '../../store';
import * as store from '../../store/promotions';

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
  readonly askedAtMs: number;
}

/**
 * Keeps the promotions that run, and those that are set to follow. Approved terms never change, so each version is read
 * once; once a second, when somebody asks, it is looked what has changed.
 */
export function livePromotions(db: Database): LivePromotions {
  let known: Known = { activations: [], versions: new Map(), askedAtMs: Number.NEGATIVE_INFINITY };

  async function refresh(now: Date): Promise<void> {
    const activations = await store.promotionActivationsFrom(db, { now, endsAfter: now });
    const wanted = new Set(activations.map(({ versionId }) => versionId));
    const kept = [...known.versions].filter(([versionId]) => wanted.has(versionId));
    const missing = [...wanted].filter((versionId) => !known.versions.has(versionId));
    const read = await store.promotionsOf(db, missing);
    known = { activations, versions: new Map([...kept, ...read]), askedAtMs: now.getTime() };
  }

  return {
    async at(now) {
      const atMs = now.getTime();
      const ageMs = atMs - known.askedAtMs;
      // A clock that was put back makes what is known look as if it came from the future.
      if (ageMs >= KNOWN_FOR_MS || ageMs < 0) await refresh(now);
      const byPromotion = new Map<string, store.PromotionLiveRow[]>();
      for (const activation of known.activations) {
        const others = byPromotion.get(activation.promotionId) ?? [];
        byPromotion.set(activation.promotionId, [...others, activation]);
      }
      return [...byPromotion.values()].flatMap((activations) => {
        const live = activationAt(
          activations.map(({ versionId, liveFrom }) => ({ versionId, liveFromMs: liveFrom.getTime() })),
          atMs,
        );
        const promotion = live && known.versions.get(live.versionId);
        return promotion !== undefined && isRunning(promotion.terms, atMs) ? [promotion] : [];
      });
    },
  };
}
