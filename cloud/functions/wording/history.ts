import type { Language } from '../../contract/errors';
import type { HistoryRow } from '../../store';

type Sentence = Readonly<Record<Language, string>>;

/** Why an order or an attempt changed. */
const REASONS: Readonly<Record<string, Sentence>> = {
  order_placed: { 'zh-CN': '订单已创建', en: 'The order was placed' },
  attempt_started: { 'zh-CN': '开始付款', en: 'The payment was started' },
  accepted_by_gateway: { 'zh-CN': '支付渠道已受理', en: 'The payment channel took it' },
  paid_by_notification: { 'zh-CN': '付款成功', en: 'Paid' },
  paid_by_query: { 'zh-CN': '查询确认付款成功', en: 'Paid, confirmed by asking' },
  paid_by_confirmation: { 'zh-CN': '无需付款，订单已完成', en: 'Nothing to pay: completed' },
  cancelled_by_user: { 'zh-CN': '已取消订单', en: 'Cancelled by you' },
  expired: { 'zh-CN': '超时未付款，订单已关闭', en: 'Closed: not paid in time' },
  closed_at_gateway: { 'zh-CN': '付款已关闭', en: 'The payment was closed' },
  order_already_paid: {
    'zh-CN': '订单已支付，重复付款将原路退回',
    en: 'Already paid: this payment will be returned',
  },
  order_closed: {
    'zh-CN': '订单已关闭，付款将原路退回',
    en: 'The order was closed: this payment will be returned',
  },
  amount_mismatch: {
    'zh-CN': '金额不一致，正在人工核对',
    en: 'The amounts differ: being checked by a person',
  },
  gateway_unknown: {
    'zh-CN': '支付渠道未答复，正在确认',
    en: 'The payment channel did not answer: being confirmed',
  },
  gateway_refused: { 'zh-CN': '支付渠道未受理', en: 'The payment channel did not take it' },
  gateway_misconfigured: { 'zh-CN': '支付渠道暂不可用', en: 'The payment channel is not available' },
  gateway_closed: { 'zh-CN': '付款已关闭', en: 'The payment was closed' },
  gateway_failed: { 'zh-CN': '付款失败', en: 'The payment failed' },
  refund_requested: { 'zh-CN': '商家发起退款', en: 'A refund was requested' },
  refund_accepted: { 'zh-CN': '支付渠道已受理退款', en: 'The payment channel took the refund' },
  refund_confirmed: { 'zh-CN': '款项已退回', en: 'The money was returned' },
  refund_not_found: { 'zh-CN': '退款将重新提交', en: 'The refund will be sent again' },
  refund_refused: {
    'zh-CN': '支付渠道暂未受理退款，将自动重试',
    en: 'The payment channel did not take the refund yet: it is tried again',
  },
  refund_refused_often: { 'zh-CN': '退款转人工处理', en: 'The refund is now handled by a person' },
  refund_closed: {
    'zh-CN': '支付渠道关闭了退款，转人工处理',
    en: 'The payment channel closed the refund: now handled by a person',
  },
  refund_abnormal: {
    'zh-CN': '退款入账异常，转人工处理',
    en: 'The money could not be put into the account: now handled by a person',
  },
  refund_amount_mismatch: {
    'zh-CN': '退款金额不一致，正在人工核对',
    en: 'The amounts of the refund differ: being checked by a person',
  },
  refund_retried: { 'zh-CN': '退款重新处理中', en: 'The refund is tried again' },
  refund_settled_by_hand: { 'zh-CN': '工作人员已完成退款', en: 'A person completed the refund' },
  gateway_not_found: { 'zh-CN': '未付款', en: 'Not paid' },
};

const UNKNOWN: Sentence = { 'zh-CN': '状态已更新', en: 'Updated' };

/** Why something changed, as a sentence. */
export const historyText = (entry: Pick<HistoryRow, 'reason'>, language: Language): string =>
  (REASONS[entry.reason] ?? UNKNOWN)[language];

/** Why an attempt failed, as a sentence. */
export const failureText = (reason: string, language: Language): string =>
  (REASONS[reason] ?? UNKNOWN)[language];
