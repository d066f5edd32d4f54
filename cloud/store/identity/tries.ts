import { sql } from 'kysely';

import { PIN_LOCKS_MS, PIN_TRIES_MAX } from '../../domain';

/**
 * Counts a try at a secret before it is made, for the `set` of an update whose rows meet `mayTry`. The one that uses up the
 * last of them stops further ones, for longer each time; where it turns out right, `NO_TRIES` takes that back.
 */
export function countedTry(now: Date) {
  const tries = sql<number>`(case when locked_until is null then tries else 0 end + 1)`;
  const lockMs = sql`(${sql.val(PIN_LOCKS_MS)}::bigint[])[least(locks + 1, ${PIN_LOCKS_MS.length}::integer)]`;
  return {
    tries,
    locks: sql<number>`locks + case when ${tries} >= ${PIN_TRIES_MAX}::integer then 1 else 0 end`,
    lockedUntil: sql<Date | null>`case when ${tries} >= ${PIN_TRIES_MAX}::integer
      then ${now}::timestamptz + ${lockMs} * interval '1 millisecond' end`,
  };
}

export const mayTry = (now: Date) =>
  sql<boolean>`(locked_until is null or locked_until <= ${now}::timestamptz)`;

export const NO_TRIES = { tries: 0, locks: 0, lockedUntil: null } as const;
