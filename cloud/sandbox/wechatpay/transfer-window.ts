import * as z from 'zod';

import type { Transfer, TransferBook } from '../transfers';

const parametersSchema = z.strictObject({
  mchId: z.string(),
  appId: z.string(),
  package: z.string().min(1),
});

/** What `wx.requestMerchantTransfer` takes as its package. */
export const packageOf = (transfer: Transfer): string =>
  Buffer.from(`${transfer.billNumber}:${transfer.terms.payee}`).toString('base64');

/** What `wx.requestMerchantTransfer` checks before its page opens: the transfer to be confirmed, or why it does not open. */
export function openTransferWindow(
  book: TransferBook,
  given: unknown,
  merchant: { readonly appId: string; readonly mchId: string },
  openId: string,
): { readonly transfer: Transfer } | { readonly error: string } {
  const parsed = parametersSchema.safeParse(given);
  if (!parsed.success) return { error: `parameter_error: ${parsed.error.issues[0]?.path.join('.') ?? ''}` };
  const { mchId, appId, package: packageInfo } = parsed.data;
  if (mchId !== merchant.mchId || appId !== merchant.appId) return { error: 'merchant_mismatch' };
  const listed = book.list().find((transfer) => packageOf(transfer) === packageInfo);
  const transfer = listed && book.find(listed.terms.number);
  if (transfer === undefined) return { error: 'package_invalid' };
  if (transfer.terms.payee !== openId) return { error: 'payee_mismatch' };
  return transfer.state === 'awaiting_payee' ? { transfer } : { error: `transfer_${transfer.state}` };
}
