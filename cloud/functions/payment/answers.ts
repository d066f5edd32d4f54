import type { Language } from '../../contract/errors';
import type { Attempt, Invocation, OrderState } from '../../contract/types';
import { BoundedMap, isOpen, isUnresolved } from '../../domain';
import type { PaymentInvocation } from '../../gateways/port';
import type { AttemptRow } from '../../store';
import { qrImage } from '../qr-image';
import { failureText } from '../wording';

/** Drawn codes that are kept, of about two kilobytes each: whoever shows one asks for its attempt every few seconds. */
const DRAWN_MAX = 200;
const drawn = new BoundedMap<string>(DRAWN_MAX);

function invocationAnswer(invocation: PaymentInvocation): Invocation {
  if (invocation.kind !== 'code') return invocation;
  const { codeUrl } = invocation;
  return { kind: 'handoff', codeUrl, codeImage: drawn.take(codeUrl, () => qrImage(codeUrl)) };
}

/** An attempt as the contract tells it. What opens the window is given only while the attempt can be paid. */
export function attemptAnswer(attempt: AttemptRow, orderState: OrderState, language: Language): Attempt {
  const payable = isOpen(orderState) && isUnresolved(attempt.state);
  return {
    id: attempt.id,
    orderId: attempt.orderId,
    method: attempt.method,
    state: attempt.state,
    orderState,
    totalFen: attempt.totalFen,
    invocation: payable && attempt.invocation !== null ? invocationAnswer(attempt.invocation) : null,
    failure: attempt.failureReason === null ? null : failureText(attempt.failureReason, language),
    createdAt: attempt.createdAt.toISOString(),
  };
}
