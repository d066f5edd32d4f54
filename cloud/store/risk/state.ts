import { sql } from 'kysely';

import { Calibration, Population, type CalibrationTarget, type RiskAction } from '../../domain/risk';
import { inTransaction, run, type Database } from '../database';

/** What is usual among everybody, and the scores seen, as of some event. */
export interface RiskState {
  readonly population: Population;
  readonly calibration: Calibration;
}

/** An arbitrary number that whoever rolls up locks, so that one worker at a time does. */
const ROLL_UP_LOCK = 3_524_579;
/** Before the first event. */
const NEVER = { throughAt: new Date(0), throughId: '00000000-0000-0000-0000-000000000000' };

/** The state that is kept; that of a store without a past where none is yet. */
export async function readRiskState(db: Database, target: CalibrationTarget): Promise<RiskState> {
  const row = await db.selectFrom('riskState').select(['population', 'calibration']).executeTakeFirst();
  return {
    population: new Population(row?.population),
    calibration: new Calibration(target, row?.calibration),
  };
}

interface RolledEvent {
  readonly at: Date;
  readonly id: string;
  readonly action: RiskAction;
  readonly amountFen: number | null;
  readonly hour: number;
  readonly newPayee: boolean;
  readonly held: boolean;
  readonly score: number;
}

const NEXT_EVENTS = `
  select at, id, action, amount_fen as "amountFen", hour, new_payee as "newPayee", held, score from risk_events
    where (at, id) > ($1::timestamptz, $2::uuid) and at >= $1::timestamptz and at < $3::timestamptz
    order by at, id limit $4`;

/**
 * Takes the next events into what is usual among everybody. They are taken in order of time, each once; `until` keeps those
 * back that others may still be about to add before. How many were taken: fewer than `limit` where none is left.
 */
export function rollUpRisk(
  db: Database,
  roll: {
    readonly target: CalibrationTarget;
    readonly until: Date;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const { rows } = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(${ROLL_UP_LOCK}) as mine`.execute(transaction);
    if (rows[0]?.mine !== true) return 0;
    const row = await transaction.selectFrom('riskState').selectAll().executeTakeFirst();
    const { throughAt, throughId } = row ?? NEVER;
    const events = await run<RolledEvent>(transaction, NEXT_EVENTS, [
      throughAt,
      throughId,
      roll.until,
      roll.limit,
    ]);
    const last = events.at(-1);
    if (last === undefined) return 0;
    const population = new Population(row?.population);
    const calibration = new Calibration(roll.target, row?.calibration);
    for (const event of events) {
      const { action, amountFen, hour, newPayee, held, score } = event;
      population.firstMs ??= event.at.getTime();
      if (amountFen === null) continue;
      calibration.observe(score);
      if (!held) population.add({ action, amountFen }, hour, newPayee);
    }
    const state = {
      population: JSON.stringify(population.state()),
      calibration: JSON.stringify(calibration.state()),
      throughAt: last.at,
      throughId: last.id,
      updatedAt: roll.now,
    };
    await transaction
      .insertInto('riskState')
      .values({ id: 1, ...state })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(state))
      .execute();
    return events.length;
  });
}
