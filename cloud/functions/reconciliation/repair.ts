import { decideAnsweredPayment, decideAnsweredRefund, decideRepair, type WaitReason } from '../../domain';
import { GatewayError } from '../../gateways/port';
import { getAttempt, getRefund, reconcile } from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { applyRefundReport } from '../settlement/refund';
import { applyReport } from '../settlement/settle';
import { outTradeNoOf } from '../settlement/trade-number';
import { billDayOf } from './day';

type Parts = Pick<Dependencies, 'db' | 'payments' | 'gateways' | 'settings' | 'now' | 'log'>;
type Outcome = 'repaired' | 'waiting' | 'open';

const PAGE = 500;
/** Questions that the gateway is asked at once. */
const ASKED_AT_ONCE = 8;

/** What the rule says of a difference. */
export const repairOf = (difference: reconcile.DifferenceRow) =>
  decideRepair({
    class: difference.class,
    subject: difference.subject === 'refund' ? 'refund' : 'payment',
    known: difference.subjectId !== null,
    billState: difference.billState ?? undefined,
  });

/**
 * Goes through the open differences of a day. What no rule settles is left to a person; what one may settle is asked for
 * and recorded with `execute`, and stays open without. Answers how many were repaired.
 */
export async function repairDay(
  deps: Parts,
  day: {
    readonly gateway: reconcile.DifferenceRow['gateway'];
    readonly date: string;
    readonly execute: boolean;
  },
): Promise<number> {
  let repaired = 0;
  let cursor: string | undefined;
  do {
    const page = await reconcile.listDifferences(deps.db, {
      gateway: day.gateway,
      date: day.date,
      state: 'open',
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    const asked = await leaveUncertain(deps, page.items);
    if (day.execute) {
      for (let at = 0; at < asked.length; at += ASKED_AT_ONCE) {
        const outcomes = await Promise.all(
          asked.slice(at, at + ASKED_AT_ONCE).map((difference) => repairOne(deps, difference)),
        );
        repaired += outcomes.filter((outcome) => outcome === 'repaired').length;
      }
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return repaired;
}

/** Leaves to a person what no answer of the gateway can settle; the others. */
async function leaveUncertain(
  deps: Parts,
  differences: readonly reconcile.DifferenceRow[],
): Promise<readonly reconcile.DifferenceRow[]> {
  const asked: reconcile.DifferenceRow[] = [];
  const waiting = new Map<WaitReason, string[]>();
  for (const difference of differences) {
    // Sums of the day have no payment to ask for.
    const repair =
      difference.subject === 'fund'
        ? ({ action: 'wait', reason: 'amount_differs' } as const)
        : repairOf(difference);
    if (repair.action !== 'wait') asked.push(difference);
    else waiting.set(repair.reason, [...(waiting.get(repair.reason) ?? []), difference.id]);
  }
  for (const [reason, differenceIds] of waiting) {
    await reconcile.leaveWaiting(deps.db, { differenceIds, reason, now: deps.now() });
  }
  return asked;
}

/** One that fails, or whose gateway does not answer, stays open and keeps none of the others from being repaired. */
async function repairOne(deps: Parts, difference: reconcile.DifferenceRow): Promise<Outcome> {
  try {
    return await (repairOf(difference).action === 'ask_refund'
      ? repairRefund(deps, difference)
      : repairPayment(deps, difference));
  } catch (error) {
    const level = error instanceof GatewayError ? 'warn' : 'error';
    deps.log(level, 'difference_not_repaired', { differenceId: difference.id, ...errorFields(error) });
    return 'open';
  }
}

async function repairPayment(deps: Parts, difference: reconcile.DifferenceRow): Promise<Outcome> {
  const attempt = await getAttempt(deps.db, { attemptId: difference.subjectId ?? '' });
  if (attempt === undefined) return wait(deps, difference, 'number_unknown');
  const gateway = await deps.gateways.get(attempt.gateway);
  const report = await gateway.queryPayment(outTradeNoOf(attempt.id));
  const { state, totalFen, succeededAt } = report;
  const within = succeededAt === undefined ? undefined : billDayOf(succeededAt) === difference.day;
  const decision = decideAnsweredPayment(difference, { state, totalFen, within });
  if (decision.action === 'settle') return repaired(deps, difference, decision.reason);
  if (decision.action !== 'record_payment') {
    return wait(deps, difference, decision.action === 'wait' ? decision.reason : 'gateway_disagrees');
  }
  const settled = await applyReport(deps, attempt, report, 'query');
  if (settled !== 'paid') return wait(deps, difference, 'books_refuse');
  return repaired(deps, difference, 'payment_recorded');
}

async function repairRefund(deps: Parts, difference: reconcile.DifferenceRow): Promise<Outcome> {
  const { subjectId, attemptId } = difference;
  if (subjectId === null || attemptId === null) return wait(deps, difference, 'number_unknown');
  const refund = await getRefund(deps.db, subjectId);
  // It went twice, and who gets it back is for a person to see.
  if (refund?.returnedBy === 'person') return wait(deps, difference, 'books_refuse');
  const gateway = await deps.gateways.get(difference.gateway);
  const report = await gateway.queryRefund(outTradeNoOf(attemptId), outTradeNoOf(subjectId));
  const decision = decideAnsweredRefund(difference, report);
  if (decision.action !== 'record_refund') {
    return wait(deps, difference, decision.action === 'wait' ? decision.reason : 'gateway_disagrees');
  }
  await applyRefundReport(deps, report);
  return repaired(deps, difference, 'refund_recorded');
}

async function wait(deps: Parts, difference: reconcile.DifferenceRow, reason: WaitReason): Promise<Outcome> {
  await reconcile.leaveWaiting(deps.db, { differenceIds: [difference.id], reason, now: deps.now() });
  return 'waiting';
}

/** What was recorded stands already: were this lost, the next run would find that nothing differs any more. */
async function repaired(
  deps: Parts,
  difference: reconcile.DifferenceRow,
  reason: 'payment_recorded' | 'refund_recorded' | 'other_day',
): Promise<Outcome> {
  const ratePpm = deps.settings[difference.gateway].feeRatePpm;
  const now = deps.now();
  if (reason !== 'other_day') await reconcile.bookAgreedFee(deps.db, difference, { ratePpm, now });
  const moved = await reconcile.moveDifference(deps.db, {
    differenceId: difference.id,
    to: 'repaired',
    reason,
    actor: 'system',
    now,
  });
  return moved ? 'repaired' : 'open';
}
