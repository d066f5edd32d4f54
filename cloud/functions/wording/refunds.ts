import type { Language } from '../../contract/errors';
import type { MessageKind, RefundState } from '../../contract/types';
import { fen, formatYuan } from '../../domain';

type Sentence = Readonly<Record<Language, string>>;

/** How a refund stands, as its payer is told. A refusal that is tried again is no news for them. */
const STATES: Readonly<Record<RefundState, Sentence>> = {
  requested: {
    'zh-CN': '退款已提交，正在发送给支付渠道',
    en: 'Requested: being sent to the payment channel',
  },
  processing: {
    'zh-CN': '支付渠道正在处理，到账时间以渠道为准',
    en: 'The payment channel is returning the money',
  },
  failed: {
    'zh-CN': '支付渠道暂未受理，我们会自动重试',
    en: 'The payment channel has not taken it yet: it is tried again by itself',
  },
  needs_review: {
    'zh-CN': '自动退款未成功，工作人员正在处理，款项不会丢失',
    en: 'Being handled by a person: the money is not lost',
  },
  succeeded: { 'zh-CN': '已原路退回', en: 'Returned to where it was paid from' },
};

const SETTLED_BY_PERSON: Sentence = {
  'zh-CN': '已由工作人员通过其他方式退回',
  en: 'Returned by a person in another way',
};

/** How a refund stands, as a sentence. */
export const refundText = (
  refund: { readonly state: RefundState; readonly returnedBy: 'gateway' | 'person' | null },
  language: Language,
): string => (refund.returnedBy === 'person' ? SETTLED_BY_PERSON : STATES[refund.state])[language];

/** Why money that no order wanted goes back. */
const SURPLUS_REASONS: Readonly<Record<string, Sentence>> = {
  order_already_paid: { 'zh-CN': '重复付款', en: 'Paid twice' },
  order_closed: { 'zh-CN': '订单关闭后收到付款', en: 'Paid after the order was closed' },
};
const OTHER_SURPLUS: Sentence = { 'zh-CN': '多付款项', en: 'Paid too much' };

/** Why a refund was made, as a sentence; `note` holds the words of whoever asked for it. */
export const refundReason = (
  refund: { readonly kind: 'order' | 'surplus'; readonly reason: string; readonly note: string },
  language: Language,
): string =>
  refund.kind === 'order' ? refund.note : (SURPLUS_REASONS[refund.reason] ?? OTHER_SURPLUS)[language];

const MESSAGES: Readonly<Record<MessageKind, { readonly title: Sentence; readonly text: Sentence }>> = {
  paid: {
    title: { 'zh-CN': '支付成功', en: 'Paid' },
    text: { 'zh-CN': '已向{merchant}付款 {amount} 元', en: '¥{amount} paid to {merchant}' },
  },
  closed: {
    title: { 'zh-CN': '订单已关闭', en: 'Order closed' },
    text: {
      'zh-CN': '{merchant}的订单（{amount} 元）未付款，已关闭',
      en: 'The order of ¥{amount} at {merchant} was not paid and is closed',
    },
  },
  refunded: {
    title: { 'zh-CN': '退款成功', en: 'Refunded' },
    text: {
      'zh-CN': '{merchant}的订单已退回 {amount} 元',
      en: '¥{amount} of your order at {merchant} came back',
    },
  },
  surplus_received: {
    title: { 'zh-CN': '多付款项退回中', en: 'A payment is being returned' },
    text: {
      'zh-CN': '收到{merchant}订单的多余付款 {amount} 元，正在原路退回',
      en: '¥{amount} for an order at {merchant} came in without need and is on its way back',
    },
  },
  surplus_returned: {
    title: { 'zh-CN': '多付款项已退回', en: 'A payment was returned' },
    text: {
      'zh-CN': '{merchant}订单的多余付款 {amount} 元已退回',
      en: '¥{amount} paid without need for an order at {merchant} came back',
    },
  },
  points_expiring: {
    title: { 'zh-CN': '积分即将到期', en: 'Points expire soon' },
    text: {
      'zh-CN': '你有 {points} 积分即将到期，请尽快使用',
      en: '{points} of your points expire soon: spend them in time',
    },
  },
  account_locked: {
    title: { 'zh-CN': '账户已锁定', en: 'Account locked' },
    text: {
      'zh-CN': '解锁前不能付款。点此查看原因、何时可以解锁，或提出申诉',
      en: 'Nothing can be paid until it is unlocked. See why, when you can unlock it, or appeal',
    },
  },
  account_unlocked: {
    title: { 'zh-CN': '账户已解锁', en: 'Account unlocked' },
    text: {
      'zh-CN': '账户可以付款了。如果不是你本人解锁，请立即重新锁定',
      en: 'You can pay again. If it was not you who unlocked it, lock it again at once',
    },
  },
  export_ready: {
    title: { 'zh-CN': '个人信息导出已就绪', en: 'Your export is ready' },
    text: {
      'zh-CN': '你的个人信息导出已生成，请在 7 天内到“隐私”页面获取',
      en: 'The export of all that is kept about you is ready: fetch it on the privacy page within 7 days',
    },
  },
  deletion_asked: {
    title: { 'zh-CN': '已申请注销账户', en: 'Your account is to be deleted' },
    text: {
      'zh-CN': '账户将在 7 天后注销，此前可在“隐私”页面撤销。如非本人操作，请立即撤销并锁定账户',
      en: 'Your account is deleted in 7 days. Until then you can take that back on the privacy page; do so at once, and lock the account, if this was not you',
    },
  },
  deletion_cancelled: {
    title: { 'zh-CN': '已撤销注销申请', en: 'Your account stays' },
    text: { 'zh-CN': '账户不会被注销', en: 'Your account is not deleted' },
  },
  login_linked: {
    title: { 'zh-CN': '微信与支付宝已关联', en: 'WeChat and Alipay are linked' },
    text: {
      'zh-CN': '两端现在登录同一个账户。如非本人操作，请立即锁定账户',
      en: 'Both sign in to one account now. If this was not you, lock the account at once',
    },
  },
  login_unlinked: {
    title: { 'zh-CN': '已解除关联', en: 'A link was taken off' },
    text: {
      'zh-CN': '一端不再登录此账户。如非本人操作，请立即锁定账户',
      en: 'One of your apps no longer signs in to this account. If this was not you, lock it at once',
    },
  },
  security_changed: {
    title: { 'zh-CN': '安全设置已变更', en: 'Your security settings changed' },
    text: {
      'zh-CN': '支付密码、手机号或验证方式有变更。如非本人操作，请立即锁定账户',
      en: 'The PIN, the phone or a way to confirm changed. If this was not you, lock the account at once',
    },
  },
};

/** A message as a title and a sentence. */
export function messageText(
  message: {
    readonly kind: MessageKind;
    readonly merchantName: string | null;
    readonly amountFen: number | null;
    readonly points: number | null;
  },
  language: Language,
): { readonly title: string; readonly text: string } {
  const { title, text } = MESSAGES[message.kind];
  const values = {
    merchant: message.merchantName ?? '',
    amount: formatYuan(fen(message.amountFen ?? 0)),
    points: String(message.points ?? 0),
  };
  return {
    title: title[language],
    text: text[language].replace(
      /\{(merchant|amount|points)\}/g,
      (_, name: keyof typeof values) => values[name],
    ),
  };
}
