import { v5 as uuidv5 } from 'uuid';

import type { ErrorCode } from '../../contract/errors';
import { DAY_MS } from '../../domain';
import {
  canBeHeld,
  dayOf,
  decide,
  featuresOf,
  movesMoney,
  traceOf,
  type Decision,
  type Known,
  type Lists,
  type RiskEvent,
  type RuleBook,
} from '../../domain/risk';
import { deviceOfSession, inTransaction, type Database, type PayableOrder } from '../../store';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import type { RiskPolicy } from './live';

type RiskDependencies = Pick<Dependencies, 'db' | 'risk' | 'now' | 'newId' | 'log'>;

const REFUSALS: Readonly<Partial<Record<Decision['verdict'], ErrorCode>>> = {
  block: 'payment_refused',
  lock: 'account_locked',
};

/**
 * Judges an order that is about to be paid, from what was read with it. Answers what has to be kept with its first attempt;
 * undefined where the order was let through before.
 *
 * Throws `account_locked`, `payment_refused`, or what `challenge` throws where the user has not passed one for this order.
 * What is held is kept at once, and a person is told of what was refused.
 */
export async function judgePayment(
  deps: RiskDependencies,
  order: PayableOrder,
  challenge: () => Promise<void>,
): Promise<risk.JudgedEvent | undefined> {
  const { stopped, known, lists, device } = order.risk;
  if (stopped?.held === true) await passOrThrow(deps, order, stopped.verdict, challenge);
  if (stopped !== undefined || known === undefined) return undefined;
  const event: RiskEvent = {
    atMs: deps.now().getTime(),
    user: order.accountId,
    device,
    city: '',
    action: 'pay',
    payee: order.merchant.id,
    payeeKind: 'merchant',
    amountFen: order.amountFen,
  };
  const judged = judge(await deps.risk.at(new Date(event.atMs)), event, {
    id: deps.newId(),
    known,
    lists,
    orderId: order.id,
  });
  if (!judged.held) return judged;
  await keepFinding(deps, judged);
  await passOrThrow(deps, order, judged.decision.verdict, challenge);
  return undefined;
}

/** Lets go what was held for a challenge, once that is passed; what was refused stays so. */
async function passOrThrow(
  deps: RiskDependencies,
  order: PayableOrder,
  verdict: Decision['verdict'],
  challenge: () => Promise<void>,
): Promise<void> {
  const refusal = REFUSALS[verdict];
  if (refusal !== undefined) throw new ApiError(refusal);
  await challenge();
  await risk.releasePayment(deps.db, order.id);
}

/** Judges a sign-in, and keeps it. One that is refused throws `sign_in_refused`. */
export async function judgeSignIn(
  deps: RiskDependencies,
  signIn: { readonly accountId: string; readonly deviceId: string },
): Promise<void> {
  const event = unpaid('login', signIn.accountId, signIn.deviceId, deps.now());
  const { decision } = await judgeUnpaid(deps, await policyNow(deps), deps.newId(), event);
  // Signing in needs no challenge of its own: what is done on a strange device is judged when money moves.
  if (decision.verdict === 'block') throw new ApiError('sign_in_refused');
}

/**
 * Judges a PIN that was found wrong, and keeps it in the transaction of `note`. Whoever guesses is answered the same whatever
 * is decided: a lock shows with their next request, and is told to the account's user.
 */
export async function judgeWrongPin(
  deps: RiskDependencies,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
  note: (db: Database) => Promise<void>,
): Promise<void> {
  // Before there is a transaction: none waits for a second connection.
  const policy = await policyNow(deps);
  await inTransaction(deps.db, async (db) => {
    const device = await deviceOfSession(db, sessionId);
    await risk.takeTurn(db, { user: accountId, device });
    await note(db);
    const event = unpaid('pin_fail', accountId, device, deps.now());
    await judgeUnpaid({ ...deps, db }, policy, deps.newId(), event);
  });
}

/**
 * Judges the binding of a card, whose number has the keyed hash `index`: once within a day for each card of an account, however
 * often it is asked for. Answers the event that waits for a challenge; undefined where the card may be bound.
 *
 * Throws `card_refused`, or `account_locked` where this is what locks the account.
 */
export async function judgeBinding(
  deps: RiskDependencies,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
  index: Uint8Array,
): Promise<string | undefined> {
  const policy = await policyNow(deps);
  const found = await inTransaction(deps.db, async (db) => {
    const device = await deviceOfSession(db, sessionId);
    await risk.takeTurn(db, { user: accountId, device });
    const event = unpaid('bind_card', accountId, device, deps.now());
    const today = bindingId(accountId, index, event.atMs);
    const yesterday = bindingId(accountId, index, event.atMs - DAY_MS);
    const since = new Date(event.atMs - DAY_MS);
    const ids = [today, yesterday];
    const before = await risk.standingOfEvent(db, { account: accountId, ids, since });
    if (before !== undefined) return { ...before, isNew: false };
    const { decision, held } = await judgeUnpaid({ ...deps, db }, policy, today, event);
    return { id: today, verdict: decision.verdict, held, isNew: true };
  });
  if (!found.held) return undefined;
  if (found.verdict === 'lock' && found.isNew) throw new ApiError('account_locked');
  if (found.verdict !== 'challenge') throw new ApiError('card_refused');
  return found.id;
}

/** Names of what is judged once: the same card of an account on the same day in Shanghai has the same one. */
const BINDINGS = '2b0f7c6e-7a55-5d0b-8a8e-6b1c0f1d4c34';
const bindingId = (accountId: string, index: Uint8Array, atMs: number): string =>
  uuidv5(`${accountId}/${Buffer.from(index).toString('hex')}/${dayOf(atMs)}`, BINDINGS);

const unpaid = (
  action: 'login' | 'pin_fail' | 'bind_card',
  user: string,
  device: string,
  at: Date,
): RiskEvent => ({
  atMs: at.getTime(),
  user,
  device,
  city: '',
  action,
  payee: '',
  payeeKind: '',
  amountFen: 0,
});

const policyNow = (deps: RiskDependencies): Promise<RiskPolicy> => deps.risk.at(deps.now());

/** Judges what moves no money, and keeps it with what was found. */
async function judgeUnpaid(
  deps: RiskDependencies,
  policy: RiskPolicy,
  id: string,
  event: RiskEvent,
): Promise<risk.JudgedEvent> {
  const { known, lists } = await risk.readKnown(deps.db, event);
  const judged = judge(policy, event, { id, known, lists, orderId: null });
  await keepFinding(deps, judged);
  return judged;
}

function judge(
  { book, population, cutoffs, shadow }: RiskPolicy,
  event: RiskEvent,
  past: {
    readonly id: string;
    readonly known: Known;
    readonly lists: Lists;
    readonly orderId: string | null;
  },
): risk.JudgedEvent {
  const features = featuresOf(past.known, population, event);
  const policy = { lists: past.lists, cutoffs };
  const decision = inShadow(decide(event, features, { ...policy, book }), shadow, (other) =>
    decide(event, features, { ...policy, book: other }),
  );
  return {
    id: past.id,
    event,
    orderId: past.orderId,
    decision,
    held: canBeHeld(event) && decision.verdict !== 'allow',
    trace: movesMoney(event) ? traceOf(event, features, population) : null,
  };
}

/** A decision that also tells what a book in shadow would have stopped. */
function inShadow(
  decision: Decision,
  shadow: RuleBook | undefined,
  judgeBy: (book: RuleBook) => Decision,
): Decision {
  if (shadow === undefined) return decision;
  const { verdict } = judgeBy(shadow);
  if (verdict === 'allow') return decision;
  return { ...decision, shadow: [...decision.shadow, `shadow:${shadow.version}:${verdict}`] };
}

async function keepFinding(deps: RiskDependencies, judged: risk.JudgedEvent): Promise<void> {
  const { verdict, score, reasons } = judged.decision;
  await risk.recordFinding(deps.db, judged, {
    caseId: deps.newId(),
    lockId: deps.newId(),
    now: deps.now(),
  });
  if (verdict === 'allow') return;
  deps.log('warn', 'risk_finding', {
    accountId: judged.event.user,
    verdict,
    score,
    reasons: reasons.join(' '),
  });
}
