import { sql } from 'kysely';

import type { PromotionLimits } from '../../domain';
import type { Database } from '../database';

/**
 * Parts that a budget is divided into, as many as `take_of_budget` counts on: orders placed at once take from different
 * ones.
 */
const PARTS = 8;

/** Opens the budget of a version, divided into parts. */
export async function openBudget(
  transaction: Database,
  versionId: string,
  { budgetFen, budgetTimes }: Pick<PromotionLimits, 'budgetFen' | 'budgetTimes'>,
): Promise<void> {
  await transaction
    .insertInto('promotionBudgets')
    .values(
      Array.from({ length: PARTS }, (_, part) => ({
        versionId,
        part,
        fenLeft: shareOf(budgetFen, part),
        timesLeft: shareOf(budgetTimes, part),
      })),
    )
    .execute();
}

const shareOf = (budget: number | null, part: number): number | null =>
  budget === null ? null : Math.floor(budget / PARTS) + (part < budget % PARTS ? 1 : 0);

/** What versions may still give, by their ids; null for no limit. */
export async function budgetsLeft(
  db: Database,
  versionIds: readonly string[],
): Promise<Readonly<Record<string, { readonly fen: number | null; readonly times: number | null }>>> {
  const rows = await db
    .selectFrom('promotionBudgets')
    .select((eb) => [
      'versionId',
      eb.fn.sum<string | null>('fenLeft').as('fen'),
      eb.fn.sum<string | null>('timesLeft').as('times'),
    ])
    .where('versionId', 'in', [...versionIds])
    .groupBy('versionId')
    .execute();
  const count = (text: string | null): number | null => (text === null ? null : Number(text));
  return Object.fromEntries(
    rows.map(({ versionId, fen, times }) => [versionId, { fen: count(fen), times: count(times) }]),
  );
}

/** Gives back to budgets what claims hold and should not; how many claims did. */
export async function freeBudgets(db: Database, limit: number): Promise<number> {
  const { rows } = await sql<{ freed: number }>`select free_promotion_budgets(${limit}) as freed`.execute(db);
  return rows[0]?.freed ?? 0;
}
