import * as z from 'zod';

import { fen, formatYuan } from '../../domain';
import type { PaymentGateway, PayoutReport, PayoutRequest } from '../port';
import { yuan } from './answers';
import type { Client } from './client';
import { failure, hasCode, unbelievable } from './errors';

const STATES = {
  SUCCESS: 'paid',
  WAIT_PAY: 'processing',
  DEALING: 'processing',
  CLOSED: 'failed',
  FAIL: 'failed',
  // 退票: it was paid and came back.
  REFUND: 'returned',
} as const satisfies Record<string, PayoutReport['state']>;

const status = z.enum(Object.keys(STATES) as [keyof typeof STATES, ...(keyof typeof STATES)[]]);

const transferSchema = z.object({
  out_biz_no: z.string(),
  order_id: z.string().min(1).optional(),
  status,
  /** Named `amount` where a transfer is made and `trans_amount` where it is asked about. */
  amount: yuan.optional(),
  trans_amount: yuan.optional(),
  error_code: z.string().optional(),
  fail_reason: z.string().optional(),
});

/** A transfer from account to account; both words are asked for again by the query. */
const PRODUCT = { product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER' } as const;
const IDENTITY_TYPES = { open_id: 'ALIPAY_OPEN_ID', logon_id: 'ALIPAY_LOGON_ID' } as const;

/** Transfers to an account. Alipay takes them in certificate mode only. */
export function createPayouts(options: {
  readonly client: Client;
  readonly enabled: boolean;
}): Pick<PaymentGateway, 'payOut' | 'queryPayout'> {
  const { client, enabled } = options;

  async function ask(method: string, outBillNo: string, bizContent: Biz): Promise<PayoutReport> {
    const answer = transferSchema.safeParse(await client.call(method, { bizContent }));
    if (!answer.success) throw unbelievable('ANSWER_MALFORMED', `${method}: ${answer.error.message}`);
    const { data: transfer } = answer;
    if (transfer.out_biz_no !== outBillNo) {
      throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another transfer');
    }
    return {
      outBillNo,
      state: STATES[transfer.status],
      billNumber: transfer.order_id,
      amountFen: transfer.amount ?? transfer.trans_amount,
      confirmation: undefined,
      reason: transfer.error_code ?? transfer.fail_reason,
    };
  }

  return {
    async payOut(request) {
      if (!enabled) throw failure('misconfigured', 'PAYOUTS_OFF', 'payouts through Alipay are off');
      return ask('alipay.fund.trans.uni.transfer', request.outBillNo, {
        ...PRODUCT,
        out_biz_no: request.outBillNo,
        trans_amount: formatYuan(fen(request.amountFen)),
        order_title: request.remark,
        payee_info: payeeOf(request),
      });
    },
    async queryPayout(outBillNo) {
      try {
        const bizContent = { ...PRODUCT, out_biz_no: outBillNo };
        return await ask('alipay.fund.trans.common.query', outBillNo, bizContent);
      } catch (error) {
        if (!hasCode(error, 'ORDER_NOT_EXIST', 'ACQ.ORDER_NOT_EXIST')) throw error;
        return {
          outBillNo,
          state: 'not_found',
          billNumber: undefined,
          amountFen: undefined,
          confirmation: undefined,
          reason: undefined,
        };
      }
    },
  };
}

type Biz = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const payeeOf = ({ payee }: PayoutRequest): Readonly<Record<string, string>> => ({
  identity: payee.id,
  identity_type: IDENTITY_TYPES[payee.kind],
  ...(payee.name !== undefined && { name: payee.name }),
});
