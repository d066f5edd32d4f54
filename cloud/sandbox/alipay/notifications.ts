import { formatBeijingTime } from '../beijing-time';
import { refundedFen, type Trade, type TradeRefund } from './trade-book';
import { renderNotification, type Parameters } from './wire';
import { formatYuanText } from './yuan';

export interface NotificationSource {
  readonly appId: string;
  readonly sellerId: string;
  /** The same over all sends of one notification. */
  readonly notifyId: string;
}

/** How one send may be falsified. Only `spoilSignature` breaks the signature: the others are signed properly. */
export interface Distortion {
  readonly spoilSignature?: boolean;
  readonly wrongAmount?: boolean;
  readonly wrongAddressee?: boolean;
  readonly staleTime?: boolean;
}

const STALE_MS = 2 * 24 * 60 * 60 * 1000;

function formatWithFraction(instant: Date): string {
  return `${formatBeijingTime(instant)}.${String(instant.getMilliseconds()).padStart(3, '0')}`;
}

/**
 * What a `trade_status_sync` notification says, as the trade stands now; later sends repeat it. A partial refund is
 * told with TRADE_SUCCESS, a full one with TRADE_CLOSED; both carry `gmt_refund` and the total refunded.
 */
export function describeChange(
  trade: Trade,
  refund: TradeRefund | undefined,
  source: NotificationSource,
): Parameters {
  const { terms } = trade;
  const totalYuan = formatYuanText(terms.totalFen);
  return {
    notify_type: 'trade_status_sync',
    notify_id: source.notifyId,
    app_id: source.appId,
    auth_app_id: source.appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: trade.tradeNo,
    out_trade_no: terms.outTradeNo,
    buyer_open_id: trade.buyer.openId,
    buyer_logon_id: trade.buyer.logonId,
    seller_id: source.sellerId,
    trade_status: trade.status,
    total_amount: totalYuan,
    subject: terms.subject,
    ...(terms.body !== undefined && { body: terms.body }),
    ...(terms.passbackParams !== undefined && { passback_params: terms.passbackParams }),
    gmt_create: formatBeijingTime(trade.createdAt),
    ...(trade.paidAt !== undefined && {
      gmt_payment: formatBeijingTime(trade.paidAt),
      receipt_amount: totalYuan,
      buyer_pay_amount: totalYuan,
      invoice_amount: totalYuan,
      point_amount: '0.00',
      fund_bill_list: JSON.stringify([{ amount: totalYuan, fundChannel: 'ALIPAYACCOUNT' }]),
    }),
    ...(refund !== undefined && {
      out_biz_no: refund.outRequestNo,
      refund_fee: formatYuanText(refundedFen(trade)),
      gmt_refund: formatWithFraction(refund.refundedAt),
    }),
    ...(trade.closedAt !== undefined && { gmt_close: formatBeijingTime(trade.closedAt) }),
  };
}

/** Another number of the same length. */
function another(number: string): string {
  return number.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
}

function distort(parameters: Parameters, distortion: Distortion): Parameters {
  return {
    ...parameters,
    ...(distortion.wrongAmount && { total_amount: `1${parameters.total_amount}` }),
    ...(distortion.wrongAddressee && {
      app_id: another(parameters.app_id ?? ''),
      auth_app_id: another(parameters.auth_app_id ?? ''),
      seller_id: another(parameters.seller_id ?? ''),
    }),
  };
}

/** One send: stamped with its own `notify_time`, signed, as the form body that goes out. */
export function renderSend(
  described: Parameters,
  sentAt: Date,
  privateKey: string,
  distortion: Distortion = {},
): string {
  const notifyTime = distortion.staleTime ? new Date(sentAt.getTime() - STALE_MS) : sentAt;
  const parameters = { notify_time: formatBeijingTime(notifyTime), ...distort(described, distortion) };
  return renderNotification(parameters, privateKey, distortion.spoilSignature ?? false);
}
