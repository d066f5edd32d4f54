import { type Transfer, type TransferBook } from '../transfers';
import { usesCertificates } from './admission';
import { formatBeijingTime } from '../beijing-time';
import { type BizContent } from './biz-content';
import { Refusal } from './errors';
import { type Call } from './merchant';
import { formatYuanText } from './yuan';

/** A user as transfers find one. */
export interface TransferPayee {
  readonly openId: string;
  readonly realName: string;
}

export interface TransferDesk {
  readonly book: TransferBook;
  readonly now: () => Date;
  /** The user of an open id of this app, or of the address that somebody signs in with. */
  readonly findPayee: (
    identityType: 'ALIPAY_OPEN_ID' | 'ALIPAY_LOGON_ID',
    identity: string,
  ) => TransferPayee | undefined;
}

/** The transfer service names its refusals without a prefix. */
const refuse = (subCode: string, text: string): Refusal => new Refusal('40004', subCode, text);

const AMOUNT_FEN_LEAST = 10;
const STATUS = {
  processing: 'DEALING',
  awaiting_payee: 'DEALING',
  succeeded: 'SUCCESS',
  failed: 'FAIL',
  returned: 'REFUND',
} as const;

/** Both calls name the product and the scene; anything but a transfer from account to account is not open. */
function checkProduct(biz: BizContent): void {
  if (biz.required('product_code', 64) !== 'TRANS_ACCOUNT_NO_PWD') {
    throw refuse('PRODUCT_NOT_SIGN', '产品未签约');
  }
  if (biz.required('biz_scene', 64) !== 'DIRECT_TRANSFER') throw refuse('PARAM_ILLEGAL', 'biz_scene不合法');
}

function payeeOf(desk: TransferDesk, biz: BizContent): { payee: string; name: string | undefined } {
  const info = biz.object('payee_info');
  const identity = info.required('identity', 64);
  const type = info.required('identity_type', 32);
  if (type !== 'ALIPAY_OPEN_ID' && type !== 'ALIPAY_LOGON_ID') {
    throw refuse('PARAM_ILLEGAL', 'identity_type不支持');
  }
  const name = type === 'ALIPAY_LOGON_ID' ? info.required('name', 128) : info.optional('name', 128);
  const payee = desk.findPayee(type, identity);
  if (payee === undefined) throw refuse('PAYEE_NOT_EXIST', '收款用户不存在');
  if (name !== undefined && name !== payee.realName)
    throw refuse('PAYEE_USERINFO_ERROR', '收款用户姓名不匹配');
  return { payee: payee.openId, name };
}

/** alipay.fund.trans.uni.transfer: the money has arrived when it answers SUCCESS. Certificate mode only. */
export function makeTransfer(desk: TransferDesk, call: Call): object {
  if (!usesCertificates(call.parameters)) {
    throw new Refusal('40001', 'isv.missing-app-cert-sn', '缺少应用公钥证书序列号');
  }
  const { biz } = call;
  checkProduct(biz);
  const number = biz.required('out_biz_no', 64, /^[\w-]+$/);
  const amountFen = biz.amountFen('trans_amount');
  if (amountFen < AMOUNT_FEN_LEAST) throw refuse('EXCEED_LIMIT_SM_MIN_AMOUNT', '转账金额低于最低限额');
  const { payee, name } = payeeOf(desk, biz);
  const transfer = desk.book.make({
    number,
    amountFen,
    payee,
    payeeName: name,
    remark: biz.optional('order_title', 128) ?? '',
    notifyUrl: undefined,
  });
  if (transfer === 'other_terms')
    throw refuse('PAYMENT_INFO_INCONSISTENCY', '两次请求商户单号一样，但参数不一致');
  if (transfer === 'not_enough') throw refuse('PAYER_BALANCE_NOT_ENOUGH', '付款方余额不足');
  return {
    out_biz_no: number,
    order_id: transfer.billNumber,
    pay_fund_order_id: fundOrderOf(transfer),
    status: STATUS[transfer.state],
    trans_date: formatBeijingTime(transfer.createdAt),
    amount: formatYuanText(amountFen),
  };
}

/** alipay.fund.trans.common.query, by the merchant's number or by Alipay's. */
export function queryTransfer(desk: TransferDesk, call: Call): object {
  const { biz } = call;
  const orderId = biz.optional('order_id', 64);
  const number = biz.optional('out_biz_no', 64);
  if (orderId === undefined) {
    if (number === undefined) throw refuse('INVALID_PARAMETER', 'out_biz_no和order_id不能同时为空');
    checkProduct(biz);
  }
  const found = desk.book
    .list()
    .find((each) => (orderId === undefined ? each.terms.number === number : each.billNumber === orderId));
  const transfer = found && desk.book.find(found.terms.number);
  if (transfer === undefined) throw refuse('ORDER_NOT_EXIST', '转账订单不存在');
  const { terms, reason } = transfer;
  return {
    out_biz_no: terms.number,
    order_id: transfer.billNumber,
    pay_fund_order_id: fundOrderOf(transfer),
    status: STATUS[transfer.state],
    trans_amount: formatYuanText(terms.amountFen),
    receiver_open_id: terms.payee,
    ...(transfer.state === 'succeeded' && { pay_date: formatBeijingTime(transfer.updatedAt) }),
    ...(reason !== undefined && { error_code: reason, fail_reason: reason }),
  };
}

/** The number of the movement of money behind a transfer. */
const fundOrderOf = (transfer: Transfer): string => transfer.billNumber.replace('110070', '110075');
