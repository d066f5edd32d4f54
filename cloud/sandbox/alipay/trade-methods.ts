import { formatBeijingTime, parseBeijingTime } from '../beijing-time';
import { type BizContent } from './biz-content';
import { invalidParameter, Refusal, tradeRefusal } from './errors';
import { readTimeout, refundedFen, type Trade, type TradeTerms } from './trade-book';
import { formatYuanText } from './yuan';
import { type Call, type Merchant } from './merchant';

const OUT_TRADE_NO = /^\w{1,64}$/;
/** The documentation forbids these three in a subject. */
const SUBJECT = /^[^/=&]+$/;
const QR_CODE_LIFE = '2h';

function readNotifyUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) && text.length <= 256 ? new URL(text) : undefined;
  // A notify address may not carry parameters of its own: they would mix with the signed ones.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '') {
    throw new Refusal('40002', 'isv.invalid-parameter', '参数无效，notify_url不合法');
  }
  return text;
}

function readTerms(call: Call, productCode: string, sellerId: string): TradeTerms {
  const { biz } = call;
  const terms = {
    outTradeNo: biz.required('out_trade_no', 64, OUT_TRADE_NO),
    totalFen: biz.amountFen('total_amount'),
    subject: biz.required('subject', 256, SUBJECT),
    productCode,
    body: biz.optional('body', 128),
    passbackParams: biz.optional('passback_params', 512),
    notifyUrl: readNotifyUrl(call.parameters.notify_url),
  };
  const seller = biz.optional('seller_id', 28);
  if (seller !== undefined && seller !== sellerId) throw tradeRefusal('SELLER_NOT_EXIST', '卖家不存在');
  return terms;
}

/** `time_expire` wins over `timeout_express`. */
function readTradeEnd(biz: BizContent): (from: Date) => Date {
  const absolute = biz.optional('time_expire', 32);
  if (absolute === undefined) return readTimeout(biz.optional('timeout_express', 6));
  const end = parseBeijingTime(absolute);
  if (end === undefined) throw invalidParameter('time_expire');
  return () => end;
}

/** Finds the trade a call speaks of, by `trade_no`, which wins, or `out_trade_no`. */
export function findTrade(merchant: Merchant, biz: BizContent): Trade {
  const tradeNo = biz.optional('trade_no', 64);
  const outTradeNo = biz.optional('out_trade_no', 64);
  if (tradeNo === undefined && outTradeNo === undefined) {
    throw invalidParameter('out_trade_no和trade_no不能同时为空');
  }
  const trade = merchant.book.find({ tradeNo, outTradeNo });
  if (trade === undefined) throw tradeRefusal('TRADE_NOT_EXIST', '交易不存在');
  return trade;
}

/** alipay.trade.create for a mini-program (`JSAPI_PAY`). */
export function createTrade(merchant: Merchant, call: Call): object {
  const { biz } = call;
  const productCode = biz.required('product_code', 64);
  if (productCode !== 'JSAPI_PAY') throw tradeRefusal('ACCESS_FORBIDDEN', '无权限使用接口');
  const terms = readTerms(call, productCode, merchant.sellerId);
  if (biz.required('op_app_id', 32) !== merchant.appId) {
    throw tradeRefusal('UNBOUND_APPLICATION', '商户与小程序应用未绑定');
  }
  const buyer = merchant.findBuyer(biz.required('buyer_open_id', 128));
  if (buyer === undefined) throw tradeRefusal('BUYER_NOT_EXIST', '买家不存在');
  const trade = merchant.book.create(terms, buyer, readTradeEnd(biz)(merchant.now()));
  return { out_trade_no: trade.terms.outTradeNo, trade_no: trade.tradeNo };
}

/** alipay.trade.precreate: a code to scan; the trade itself begins with the scan. */
export function precreateTrade(merchant: Merchant, call: Call): object {
  const { biz } = call;
  const productCode = biz.optional('product_code', 64) ?? 'FACE_TO_FACE_PAYMENT';
  if (!['FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE'].includes(productCode)) {
    throw tradeRefusal('ACCESS_FORBIDDEN', '无权限使用接口');
  }
  const terms = readTerms(call, productCode, merchant.sellerId);
  const now = merchant.now();
  const tradeAt = readTradeEnd(biz);
  if (tradeAt(now) <= now) throw tradeRefusal('NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已过订单失效时间');
  const codeLife = biz.optional('qr_code_timeout_express', 6) ?? QR_CODE_LIFE;
  const codeAt = readTimeout(codeLife, 'qr_code_timeout_express')(now);
  const code = merchant.book.precreate(terms, { codeAt, tradeAt });
  return { out_trade_no: terms.outTradeNo, qr_code: code.qrCode };
}

/** alipay.trade.query */
export function queryTrade(merchant: Merchant, call: Call): object {
  const trade = findTrade(merchant, call.biz);
  const { terms } = trade;
  const paidYuan = trade.paidAt === undefined ? '0.00' : formatYuanText(terms.totalFen);
  const wanted = call.biz.texts('query_options');
  return {
    buyer_logon_id: trade.buyer.logonId,
    buyer_open_id: trade.buyer.openId,
    buyer_pay_amount: paidYuan,
    buyer_user_type: 'PRIVATE',
    ...(trade.paidAt !== undefined &&
      wanted.includes('fund_bill_list') && {
        fund_bill_list: [{ amount: paidYuan, fund_channel: 'ALIPAYACCOUNT' }],
      }),
    invoice_amount: paidYuan,
    out_trade_no: terms.outTradeNo,
    ...(terms.passbackParams !== undefined && { passback_params: terms.passbackParams }),
    point_amount: '0.00',
    receipt_amount: paidYuan,
    ...(trade.paidAt !== undefined && { send_pay_date: formatBeijingTime(trade.paidAt) }),
    total_amount: formatYuanText(terms.totalFen),
    trade_no: trade.tradeNo,
    trade_status: trade.status,
  };
}

/** alipay.trade.close: only while unpaid. */
export function closeTrade(merchant: Merchant, call: Call): object {
  const trade = findTrade(merchant, call.biz);
  merchant.book.close(trade);
  return { out_trade_no: trade.terms.outTradeNo, trade_no: trade.tradeNo };
}

/** alipay.trade.refund: one `out_request_no` moves money once; `refund_fee` is the trade's total so far. */
export function refundTrade(merchant: Merchant, call: Call): object {
  const { biz } = call;
  const refundFen = biz.amountFen('refund_amount');
  const trade = findTrade(merchant, biz);
  biz.optional('refund_reason', 256);
  const requestNo = biz.optional('out_request_no', 64, OUT_TRADE_NO);
  if (requestNo === undefined && refundFen < trade.terms.totalFen) {
    throw invalidParameter('部分退款时out_request_no不能为空');
  }
  const { refund, moved } = merchant.book.refund(trade, requestNo ?? trade.terms.outTradeNo, refundFen);
  const refundYuan = formatYuanText(refund.refundFen);
  return {
    buyer_logon_id: trade.buyer.logonId,
    buyer_open_id: trade.buyer.openId,
    fund_change: moved ? 'Y' : 'N',
    gmt_refund_pay: formatBeijingTime(refund.refundedAt),
    out_trade_no: trade.terms.outTradeNo,
    ...(biz.texts('query_options').includes('refund_detail_item_list') && {
      refund_detail_item_list: [{ amount: refundYuan, fund_channel: 'ALIPAYACCOUNT' }],
    }),
    refund_fee: formatYuanText(refundedFen(trade)),
    send_back_fee: refundYuan,
    trade_no: trade.tradeNo,
  };
}

/** alipay.trade.fastpay.refund.query: a refund nobody received answers Success without `refund_status`. */
export function queryRefund(merchant: Merchant, call: Call): object {
  const { biz } = call;
  const requestNo = biz.required('out_request_no', 64);
  const trade = findTrade(merchant, biz);
  const refund = trade.refunds.find((candidate) => candidate.outRequestNo === requestNo);
  if (refund === undefined) return {};
  const wanted = biz.texts('query_options');
  return {
    ...(wanted.includes('gmt_refund_pay') && { gmt_refund_pay: formatBeijingTime(refund.refundedAt) }),
    out_request_no: refund.outRequestNo,
    out_trade_no: trade.terms.outTradeNo,
    refund_amount: formatYuanText(refund.refundFen),
    refund_status: 'REFUND_SUCCESS',
    total_amount: formatYuanText(trade.terms.totalFen),
    trade_no: trade.tradeNo,
  };
}
