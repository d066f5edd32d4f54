import type { MessageKind, OutboxEvent } from '../../contract/types';
import type { NoticeTemplate } from '../../gateways/hosts/port';
import { addMessage, getAttempt, getOrder, type AttemptRow, type OrderRow } from '../../store';
import { getLogin } from '../../store/logins';
import { addEarnedLot } from '../../store/points';
import type { Dependencies } from '../dependencies';
import { outTradeNoOf } from '../settlement/trade-number';
import type { Effect, TypeOf } from './effect';
import { lockSms, securityNotices } from './security-effects';

/** What tells of an order. */
type OrderEvent = TypeOf<Exclude<OutboxEvent['type'], 'refund.needs_review' | OrderlessType>>;
type OrderlessType =
  | 'points.expiring'
  | 'account.locked'
  | 'account.unlocked'
  | 'account.login_linked'
  | 'account.login_unlinked'
  | 'account.security_changed';
type ToldType = Exclude<OutboxEvent['type'], 'refund.needs_review'>;

const MESSAGES: Readonly<Record<ToldType, MessageKind>> = {
  'order.paid': 'paid',
  'order.closed': 'closed',
  'order.refunded': 'refunded',
  'order.surplus_received': 'surplus_received',
  'order.surplus_returned': 'surplus_returned',
  'points.expiring': 'points_expiring',
  'account.locked': 'account_locked',
  'account.unlocked': 'account_unlocked',
  'account.login_linked': 'login_linked',
  'account.login_unlinked': 'login_unlinked',
  'account.security_changed': 'security_changed',
};

const isOfOrder = (event: OutboxEvent): event is OrderEvent => event.type.startsWith('order.');

const amountOf = (event: OrderEvent): number => ('refundFen' in event ? event.refundFen : event.totalFen);

/** A message in the app: what a user can always see, whatever the host allows. One for each event. */
const message: Effect = {
  name: 'message',
  async deliver(deps, event, row) {
    if (event.type === 'refund.needs_review') return 'none';
    const order = isOfOrder(event) ? event : undefined;
    await addMessage(deps.db, {
      id: deps.newId(),
      eventId: row.id,
      accountId: event.accountId,
      kind: MESSAGES[event.type],
      orderId: order?.orderId ?? null,
      merchantId: order?.merchantId ?? null,
      amountFen: order === undefined ? null : amountOf(order),
      points: event.type === 'points.expiring' ? event.points : null,
      createdAt: row.createdAt,
    });
    return 'kept';
  },
};

async function orderOf(deps: Dependencies, orderId: string): Promise<OrderRow> {
  const order = await getOrder(deps.db, { orderId });
  if (order === undefined) throw new Error('the event speaks of an order that is not there');
  return order;
}

/** A notice inside the host that the order was placed in, where a template for it was applied for. */
const notice = (template: 'paid' | 'refunded', words: string): Effect => ({
  name: 'notice',
  async deliver(deps, event, row) {
    if (!isOfOrder(event)) return 'none';
    const order = await orderOf(deps, event.orderId);
    const login = await getLogin(deps.db, order);
    if (login === undefined) return 'no_login';
    const chosen: NoticeTemplate | undefined = deps.settings.notices[login.host][template];
    if (chosen === undefined) return 'no_template';
    const messenger = await deps.hosts.messenger(login.host);
    return messenger.send({
      openId: login.openId,
      template: chosen,
      page: `pages/order/index?id=${order.id}`,
      facts: {
        merchant: order.merchant.name,
        amountFen: amountOf(event),
        at: row.createdAt,
        orderNumber: order.orderNumber,
        event: words,
      },
    });
  },
});

/** What a payment earned becomes a lot of its payer's points. */
const points: Effect = {
  name: 'points',
  deliver(deps, event) {
    if (event.type !== 'order.paid') return Promise.resolve('none');
    const { orderId, attemptId } = event;
    return addEarnedLot(deps.db, { orderId, attemptId, now: deps.now() });
  },
};

/** WeChat wants to know that what was paid for is delivered; otherwise it holds the money and may block payments. */
const shipping: Effect = {
  name: 'shipping',
  async deliver(deps, event) {
    if (event.type !== 'order.paid' || !deps.settings.wechatShipping) return 'off';
    const attempt = await getAttempt(deps.db, { attemptId: event.attemptId });
    if (attempt?.method !== 'wechat') return 'not_wechat';
    if (attempt.totalFen === 0) return 'nothing_paid';
    const payerOpenId = await payerOf(deps, attempt);
    if (payerOpenId === undefined) throw new Error('WeChat Pay does not tell who paid');
    const order = await orderOf(deps, event.orderId);
    const registry = await deps.hosts.shipping();
    return registry.upload({
      outTradeNo: outTradeNoOf(event.attemptId),
      payerOpenId,
      description: order.merchant.name,
      at: deps.now(),
    });
  },
};

/** Inside WeChat the account pays; a code can be paid by anybody, whom only the gateway knows. */
async function payerOf(deps: Dependencies, attempt: AttemptRow): Promise<string | undefined> {
  if (attempt.invocation?.kind === 'wechat') {
    const login = await getLogin(deps.db, { accountId: attempt.accountId, host: 'weapp' });
    if (login !== undefined) return login.openId;
  }
  const gateway = await deps.gateways.get('wechatpay');
  return (await gateway.queryPayment(outTradeNoOf(attempt.id))).payerOpenId;
}

/** What each event brings about. */
export const EFFECTS: Readonly<Record<OutboxEvent['type'], readonly Effect[]>> = {
  'order.paid': [message, points, notice('paid', '支付成功'), shipping],
  'order.closed': [message],
  'order.refunded': [message, notice('refunded', '退款成功')],
  'order.surplus_received': [message],
  'order.surplus_returned': [message, notice('refunded', '多付退回')],
  // Its line in the log is what the operators' alert waits for; the list of refunds shows it.
  'refund.needs_review': [],
  'points.expiring': [message],
  'account.locked': [message, ...securityNotices, lockSms],
  'account.unlocked': [message, ...securityNotices],
  'account.login_linked': [message, ...securityNotices],
  'account.login_unlinked': [message, ...securityNotices],
  'account.security_changed': [message, ...securityNotices],
};
