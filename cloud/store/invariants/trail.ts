import { sql } from 'kysely';

import type { Invariant } from './invariant';

/**
 * That each row of a chained trail is as it was written and follows the row before. `hash` is of its columns, in SQL; with
 * `chain`, a column, the rows of each of its values are a chain of their own.
 */
export const trailIsWhole = (
  what: string,
  trail: { readonly table: string; readonly hash: string; readonly chain?: string },
): Invariant => ({
  name: `the trail of ${what} is whole`,
  violations: sql`
    select format(${sql.lit(`row %s of the trail of ${what} was changed, or the row before it is gone`)}, id) as violation
      from (select *, lag(hash, 1, '') over (${
        trail.chain === undefined ? sql`` : sql`partition by ${sql.ref(trail.chain)}`
      } order by id) as before from ${sql.table(trail.table)}) as row
      where previous_hash <> before or hash <> ${sql.raw(trail.hash)}`,
});
