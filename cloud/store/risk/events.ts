import { dayOf, hourOf, type Decision, type PaymentTrace, type RiskEvent } from '../../domain/risk';
import { run, type Database } from '../database';

/** An event with what was decided about it, as it is kept. */
export interface JudgedEvent {
  readonly id: string;
  readonly event: RiskEvent;
  /** Null for an event of no order. */
  readonly orderId: string | null;
  readonly decision: Decision;
  /** Whether it was stopped, for good or until a challenge is passed. */
  readonly held: boolean;
  /** Null where no money moves. */
  readonly trace: PaymentTrace | null;
}

const COLUMNS = [
  ['account', 'text'],
  ['at', 'timestamptz'],
  ['id', 'uuid'],
  ['action', 'text'],
  ['device', 'text'],
  ['city', 'text'],
  ['payee', 'text'],
  ['payee_kind', 'text'],
  ['amount_fen', 'bigint'],
  ['hour', 'smallint'],
  ['day', 'integer'],
  ['order_id', 'uuid'],
  ['held', 'boolean'],
  ['new_payee', 'boolean'],
  ['tiny', 'boolean'],
  ['odd', 'boolean'],
  ['passes_on', 'boolean'],
  ['amount_score', 'double precision'],
  ['log_ratio', 'double precision'],
  ['verdict', 'text'],
  ['score', 'integer'],
  ['reasons', 'text[]'],
  ['shadow', 'text[]'],
  ['book', 'text'],
  ['challenge_from', 'integer'],
  ['block_from', 'integer'],
] as const;

/** Values of `noteEvent`, in its order. */
export function noteEventParameters(judged: JudgedEvent): readonly unknown[] {
  const { id, event, orderId, decision, held, trace } = judged;
  return [
    event.user,
    new Date(event.atMs),
    id,
    event.action,
    event.device,
    event.city,
    trace === null ? null : event.payee,
    event.payeeKind,
    trace === null ? null : event.amountFen,
    hourOf(event.atMs),
    dayOf(event.atMs),
    orderId,
    held,
    trace?.newPayee ?? false,
    trace?.tiny ?? false,
    trace?.odd ?? false,
    trace?.passesOn ?? false,
    trace?.amountScore ?? 0,
    trace?.logRatio ?? 0,
    decision.verdict,
    decision.score,
    decision.reasons,
    decision.shadow,
    decision.book,
    decision.cutoffs.challenge,
    decision.cutoffs.block,
  ];
}

/** Adds an event: the text of an insert whose parameters begin at a number, from a part of a statement where one is named. */
export const noteEvent = (first: number, from = ''): string => `
  insert into risk_events (${COLUMNS.map(([name]) => name).join(', ')})
    select ${COLUMNS.map(([, type], place) => `$${first + place}::${type}`).join(', ')} ${from}`;

const RECORD_EVENT = noteEvent(1);

/** Adds an event to the past that later ones are judged by. */
export async function recordEvent(db: Database, judged: JudgedEvent): Promise<void> {
  await run(db, RECORD_EVENT, noteEventParameters(judged));
}

/** What was decided about an event, and whether it is still stopped by it. */
export interface EventStanding {
  readonly id: string;
  readonly verdict: Decision['verdict'];
  readonly held: boolean;
}

/** How the newest of some events of an account stands, since some time (inclusive); undefined where there is none. */
export function standingOfEvent(
  db: Database,
  wanted: { readonly account: string; readonly ids: readonly string[]; readonly since: Date },
): Promise<EventStanding | undefined> {
  return db
    .selectFrom('riskEvents')
    .select(['id', 'verdict', 'held'])
    .where('account', '=', wanted.account)
    .where('at', '>=', wanted.since)
    .where('id', 'in', wanted.ids)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Lets go an event that was held for a challenge, once that was passed. */
export async function releaseEvent(
  db: Database,
  { account, id }: { readonly account: string; readonly id: string },
): Promise<void> {
  await db
    .updateTable('riskEvents')
    .set({ held: false })
    .where('account', '=', account)
    .where('id', '=', id)
    .where('verdict', '=', 'challenge')
    .execute();
}

/** Lets go what an order was held for: its challenge was passed. */
export async function releasePayment(db: Database, orderId: string): Promise<void> {
  await db
    .updateTable('riskEvents')
    .set({ held: false })
    .where('orderId', '=', orderId)
    .where('verdict', '=', 'challenge')
    .execute();
}
