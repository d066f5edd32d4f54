import * as z from 'zod';

import type { PayoutReport } from '../port';

const STATES = {
  ACCEPTED: 'processing',
  // Also where the merchant's balance is too low for now.
  PROCESSING: 'processing',
  WAIT_USER_CONFIRM: 'awaiting_payee',
  // With one R, on the wire.
  TRANSFERING: 'processing',
  SUCCESS: 'paid',
  FAIL: 'failed',
  // Being cancelled is not cancelled: the payee may be confirming at this moment.
  CANCELING: 'processing',
  CANCELLED: 'failed',
} as const satisfies Record<string, PayoutReport['state']>;

const state = z.enum(Object.keys(STATES) as [keyof typeof STATES, ...(keyof typeof STATES)[]]);

/** The answer to a new transfer. */
export const transferCreatedSchema = z.object({
  out_bill_no: z.string(),
  transfer_bill_no: z.string().min(1),
  state,
  fail_reason: z.string().optional(),
  package_info: z.string().min(1).optional(),
});

/** A transfer as a query tells it. */
export const transferSchema = z.object({
  mch_id: z.string(),
  out_bill_no: z.string(),
  transfer_bill_no: z.string().min(1),
  state,
  transfer_amount: z.int().positive(),
  fail_reason: z.string().optional(),
});

/** The same sealed in MCHTRANSFER.BILL.FINISHED. */
export const payoutNoticeSchema = transferSchema;

export function payoutReport(
  transfer: z.infer<typeof transferCreatedSchema> & { readonly transfer_amount?: number },
): PayoutReport {
  const ended = transfer.state === 'CANCELLED' ? 'CANCELLED' : undefined;
  return {
    outBillNo: transfer.out_bill_no,
    state: STATES[transfer.state],
    billNumber: transfer.transfer_bill_no,
    amountFen: transfer.transfer_amount,
    confirmation: transfer.package_info,
    reason: transfer.fail_reason ?? ended,
  };
}
