import type { KeyObject } from 'node:crypto';

import * as z from 'zod';

import type { FaultKind } from '../faults';
import type { WindowAction, WindowResult } from '../windows';
import type { Book, Transaction } from './book';
import { isPaySignGenuine } from './wire';

const parametersSchema = z.object({
  timeStamp: z.string().regex(/^\d{1,32}$/),
  nonceStr: z.string().min(1).max(32),
  package: z.string().regex(/^prepay_id=\S{1,120}$/),
  signType: z.literal('RSA'),
  paySign: z.string().min(1),
});

/** What `wx.requestPayment` checks before its window opens: the transaction to be paid, or why it does not open. */
export function openWindow(
  book: Book,
  given: unknown,
  merchant: { readonly appId: string; readonly key: KeyObject },
): { readonly transaction: Transaction } | { readonly error: string } {
  const parsed = parametersSchema.safeParse(given);
  if (!parsed.success) return { error: `parameter_error: ${parsed.error.issues[0]?.path.join('.') ?? ''}` };
  const parameters = parsed.data;
  if (!isPaySignGenuine(parameters, merchant.appId, merchant.key)) return { error: 'pay_sign_invalid' };
  const transaction = book.findByPrepayId(parameters.package.slice('prepay_id='.length));
  if (transaction === undefined) return { error: 'prepay_id_invalid' };
  const error = book.obstacle(transaction);
  return error === undefined ? { transaction } : { error };
}

/** The payer's decision, the password being right: changes the transaction and says what the mini-program hears. */
export function decideWindow(
  book: Book,
  transaction: Transaction,
  payerOpenId: string,
  action: WindowAction,
  fault: FaultKind | undefined,
): WindowResult {
  const failed = (errMsg: string): WindowResult => ({ ok: false, errMsg });
  if (action === 'cancel') return failed('requestPayment:fail cancel');
  if (action === 'insufficient') return failed('requestPayment:fail (余额不足)');
  if (!book.pay(transaction, payerOpenId)) return failed('requestPayment:fail (订单已失效)');
  if (action === 'network_lost') return failed('requestPayment:fail (网络连接失败)');
  if (fault === 'error_after_commit') return failed('requestPayment:fail (系统错误)');
  return { ok: true, errMsg: 'requestPayment:ok' };
}
