import type { Hono } from 'hono';

import type { Transfer, TransferBook } from '../transfers';
import { Refusal } from './errors';
import { formatTime } from './rfc3339';
import type { Answer, Call, Handle } from './routes';
import { readTransfer, type TransferKeys } from './transfer-requests';
import { packageOf } from './transfer-window';
import type { Signer } from './wire';

export interface TransferRoutesOptions {
  readonly appId: string;
  readonly mchId: string;
  readonly book: TransferBook;
  readonly keys: TransferKeys;
  /** The real name of a user of the mini-program; undefined for a stranger. */
  readonly nameOf: (openId: string) => string | undefined;
  /** Told with what a merchant's request was signed for, because the notification is signed in the same mode. */
  readonly onMade: (transfer: Transfer, signer: Signer) => void;
}

const STATES = {
  processing: 'PROCESSING',
  awaiting_payee: 'WAIT_USER_CONFIRM',
  succeeded: 'SUCCESS',
  failed: 'FAIL',
  // Money that reached a person's WeChat balance does not come back by itself; told as the failure it amounts to.
  returned: 'FAIL',
} as const;

/** A transfer as a query and MCHTRANSFER.BILL.FINISHED tell it. */
export function describeTransfer(transfer: Transfer, merchant: { appId: string; mchId: string }): object {
  const { terms, reason } = transfer;
  return {
    mch_id: merchant.mchId,
    out_bill_no: terms.number,
    transfer_bill_no: transfer.billNumber,
    appid: merchant.appId,
    state: STATES[transfer.state],
    transfer_amount: terms.amountFen,
    transfer_remark: terms.remark,
    ...(reason !== undefined && { fail_reason: reason }),
    openid: terms.payee,
    create_time: formatTime(transfer.createdAt),
    update_time: formatTime(transfer.updatedAt),
  };
}

/** `/v3/fund-app/mch-transfer/…`: transfers in the mode in which users confirm. */
export function addTransferRoutes(routes: Hono, handle: Handle, options: TransferRoutesOptions): void {
  const { book, appId, mchId } = options;
  const root = '/v3/fund-app/mch-transfer/transfer-bills';

  function make(call: Call): Answer {
    const { appId: given, terms } = readTransfer(call.body, call.header('wechatpay-serial'), options.keys);
    if (given !== appId) throw new Refusal(400, 'INVALID_REQUEST', '商户号和AppID未建立绑定关系');
    const name = options.nameOf(terms.payee);
    if (name === undefined) throw new Refusal(400, 'PARAM_ERROR', '收款用户openid与appid不匹配');
    // Whether the name fits is found out when the money is to go, not when it is asked for.
    const isNew = book.find(terms.number) === undefined;
    if (isNew && terms.payeeName !== undefined && terms.payeeName !== name) {
      book.plan('failed', 'NAME_NOT_CORRECT');
    }
    const transfer = book.make(terms);
    if (transfer === 'other_terms') throw new Refusal(400, 'ALREADY_EXISTS', '商户单号已存在，且参数不一致');
    if (transfer === 'not_enough') throw new Refusal(403, 'NOT_ENOUGH', '资金不足');
    options.onMade(transfer, call.signer);
    return {
      status: 200,
      body: {
        out_bill_no: terms.number,
        transfer_bill_no: transfer.billNumber,
        create_time: formatTime(transfer.createdAt),
        state: STATES[transfer.state],
        ...(transfer.reason !== undefined && { fail_reason: transfer.reason }),
        ...(transfer.state === 'awaiting_payee' && { package_info: packageOf(transfer) }),
      },
    };
  }

  const describe = (transfer: Transfer | undefined): Answer => {
    if (transfer === undefined) throw new Refusal(404, 'NOT_FOUND', '记录不存在');
    return { status: 200, body: describeTransfer(transfer, { appId, mchId }) };
  };

  routes.post(root, handle('transfer', make));
  routes.get(
    `${root}/out-bill-no/:number`,
    handle('transfer.query', (call) => describe(book.find(call.parameter('number')))),
  );
}
