import { sql } from 'kysely';

import type { Database } from '../database';
import type { RiskCaseRow } from './cases';

/** Puts an account before a person: the case that is open about it, which takes up what is new, or a new one. Its id. */
export async function openCase(
  transaction: Database,
  opened: Pick<RiskCaseRow, 'id' | 'account' | 'verdict' | 'score'> & { readonly now: Date },
): Promise<string> {
  const { now, ...columns } = opened;
  const { id } = await transaction
    .insertInto('riskCases')
    .values({
      ...columns,
      state: 'open',
      finding: null,
      snoozedUntil: null,
      openedAt: now,
      updatedAt: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('account')
        // Written out: once the statement is planned for any parameter, no index would be known to fit.
        .where('state', '<>', sql.lit('decided' as const))
        .doUpdateSet((eb) => ({
          // What was put off comes back with something new.
          state: 'open',
          snoozedUntil: null,
          verdict: eb
            .case()
            .when('riskCases.verdict', '=', 'lock')
            .then(eb.ref('riskCases.verdict'))
            .else(eb.ref('excluded.verdict'))
            .end(),
          score: eb.fn<number>('greatest', ['riskCases.score', 'excluded.score']),
          updatedAt: now,
        })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
