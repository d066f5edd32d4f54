import {
  CHALLENGE_LIFETIME_MS,
  dayOf,
  factorsForPayment,
  needsDaySum,
  startOfDayMs,
  isOpen,
} from '../../domain';
import type { RiskLevel } from '../../domain/identity';
import type { PayableOrder } from '../../store';
import { getChallenge, issueChallenge, spentSince } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';

/** What came with the wish to pay an order. */
export interface PaymentWish {
  readonly caller: Caller;
  readonly challengeId: string | undefined;
  /** What risk control makes of it. */
  readonly risk: RiskLevel;
}

/**
 * Lets a payment start which needs no factor, or comes with a challenge that was passed for this order by this session. Throws
 * ApiError `challenge_required` with the challenge to pass first.
 */
export async function permitPayment(
  deps: Dependencies,
  order: PayableOrder,
  { caller, challengeId, risk }: PaymentWish,
): Promise<void> {
  // What is over needs no permission: whoever asks is told so.
  if (!isOpen(order.state)) return;
  const required = await factorsOf(deps, order, risk);
  if (required === 0) return;
  const { accountId, sessionId } = caller;
  const now = deps.now();
  const given =
    challengeId === undefined
      ? undefined
      : await getChallenge(deps.db, { challengeId, accountId, sessionId, now });
  const fits = given?.action === 'pay' && given.subject === order.id && given.amountFen === order.amountFen;
  if (fits && given.passed.length >= required) return;
  const issued = await issueChallenge(deps.db, {
    id: deps.newId(),
    accountId,
    sessionId,
    action: 'pay',
    subject: order.id,
    amountFen: order.amountFen,
    required,
    expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME_MS),
    now,
  });
  throw new ApiError('challenge_required', undefined, { facts: { challengeId: issued.id } });
}

async function factorsOf(deps: Dependencies, order: PayableOrder, risk: RiskLevel): Promise<number> {
  const policy = deps.settings.identity.stepUp;
  const now = deps.now();
  const { accountId, amountFen, payer } = order;
  const otherFenToday = needsDaySum(policy, amountFen)
    ? await spentSince(deps.db, {
        accountId,
        since: new Date(startOfDayMs(dayOf(now))),
        withoutOrderId: order.id,
      })
    : 0;
  const cautious = payer.cautiousUntil !== null && payer.cautiousUntil > now;
  return factorsForPayment(policy, { amountFen, otherFenToday, risk, cautious });
}
