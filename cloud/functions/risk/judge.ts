import type { ErrorCode } from '../../contract/errors';
import {
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
import type { PayableOrder } from '../../store';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { ApiError } from '../http/problem';

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
  const judged = await judge(deps, event, { known, lists, orderId: order.id });
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

/** Judges what moves no money, and keeps it. A login that is refused throws `sign_in_refused`. */
export async function judgeSignIn(
  deps: RiskDependencies,
  signIn: { readonly accountId: string; readonly deviceId: string },
): Promise<void> {
  const event: RiskEvent = {
    atMs: deps.now().getTime(),
    user: signIn.accountId,
    device: signIn.deviceId,
    city: '',
    action: 'login',
    payee: '',
    payeeKind: '',
    amountFen: 0,
  };
  const { known, lists } = await risk.readKnown(deps.db, event);
  const judged = await judge(deps, event, { known, lists, orderId: null });
  await keepFinding(deps, judged);
  // Signing in needs no challenge of its own: what is done on a strange device is judged when money moves.
  if (judged.decision.verdict === 'block') throw new ApiError('sign_in_refused');
}

async function judge(
  deps: RiskDependencies,
  event: RiskEvent,
  past: { readonly known: Known; readonly lists: Lists; readonly orderId: string | null },
): Promise<risk.JudgedEvent> {
  const { book, population, cutoffs, shadow } = await deps.risk.at(new Date(event.atMs));
  const features = featuresOf(past.known, population, event);
  const policy = { lists: past.lists, cutoffs };
  const decision = inShadow(decide(event, features, { ...policy, book }), shadow, (other) =>
    decide(event, features, { ...policy, book: other }),
  );
  const isPayment = movesMoney(event);
  return {
    id: deps.newId(),
    event,
    orderId: past.orderId,
    decision,
    held: isPayment && decision.verdict !== 'allow',
    trace: isPayment ? traceOf(event, features, population) : null,
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
