import { liveAt } from '../../domain';
import { type Database } from '../../store';
import { activationsFrom, versionsById, type RuleSet, type RuleVersion } from '../../store/rules';
import { ApiError } from '../http/problem';
import { keptFor } from '../kept-for';

/** How long what is known of coming changes is taken as it is, in ms. */
const KNOWN_FOR_MS = 1_000;
/**
 * How far ahead of its time a change is made, in ms: longer than `KNOWN_FOR_MS`, so that every process knows of a change
 * before its time and all of them change at once.
 */
const CHANGE_LEAD_MS = 2_000;

/** The earliest time at which a change made now can take effect. */
export const soonestChange = (now: Date): Date => new Date(now.getTime() + CHANGE_LEAD_MS);

/** Rules in force, as a process keeps them. */
export interface LiveRules<Ready> {
  /** The rules in force at an instant that is now or nearly. Throws `not_ready` where there are none yet. */
  at(now: Date): Promise<Ready>;
}

interface Known<Ready> {
  readonly activations: readonly { readonly versionId: string | null; readonly liveFromMs: number }[];
  readonly ready: ReadonlyMap<string, Ready>;
}

/**
 * Keeps the rules of a set that are in force, and those set to follow, ready to go by. Approved rules never change, so each
 * version is read and prepared once; once a second, when somebody asks, it is looked whether another was set to go live.
 */
export function liveRules<Content extends object, Ready>(
  db: Database,
  { kind, subjectId }: Pick<RuleSet<Content, string>, 'kind' | 'subjectId'>,
  prepare: (version: RuleVersion<Content>) => Ready,
): LiveRules<Ready> {
  const knownAt = keptFor<Known<Ready>>(KNOWN_FOR_MS, async (now, before) => {
    const found = await activationsFrom(db, { subjectId, now });
    const wanted = new Set(found.flatMap(({ versionId }) => versionId ?? []));
    const ready = new Map([...(before?.ready ?? [])].filter(([versionId]) => wanted.has(versionId)));
    const missing = [...wanted].filter((versionId) => !ready.has(versionId));
    for (const [versionId, version] of await versionsById<Content>(db, kind, missing)) {
      ready.set(versionId, prepare(version));
    }
    return {
      ready,
      activations: found.map(({ versionId, liveFrom }) => ({ versionId, liveFromMs: liveFrom.getTime() })),
    };
  });
  return {
    async at(now) {
      const { activations, ready } = await knownAt(now);
      const versionId = liveAt(activations, now.getTime())?.versionId;
      const rules = typeof versionId === 'string' ? ready.get(versionId) : undefined;
      if (rules === undefined) throw new ApiError('not_ready');
      return rules;
    },
  };
}
