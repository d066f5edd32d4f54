import { Hono } from 'hono';
import * as z from 'zod';

import { withBody } from './control';
import type { Transfer, TransferBook } from './transfers';
import type { Users } from './users';
import { openTransferWindow } from './wechatpay/transfer-window';

const gateway = z.enum(['wechatpay', 'alipay']);
const reason = z.string().regex(/^\w{1,64}$/);
const planSchema = z.strictObject({
  gateway,
  state: z.enum(['processing', 'failed']),
  reason: reason.optional(),
});
const decisionSchema = z.strictObject({
  action: z.enum(['confirm', 'fail', 'return']),
  reason: reason.optional(),
});
const windowSchema = z.strictObject({ params: z.unknown(), user: z.string().regex(/^[\w-]{1,32}$/) });
const balanceSchema = z.strictObject({ gateway, balanceFen: z.int().min(0).nullable() });

export interface TransferControlOptions {
  readonly users: Users;
  /** As `wx.requestMerchantTransfer` knows the merchant. */
  readonly merchant: { readonly appId: string; readonly mchId: string };
  readonly wechatpay: TransferBook;
  readonly alipay: TransferBook;
}

/** `/control/…` for payouts: whom one can pay, how transfers end, and what there is to pay out of. */
export function transferControlRoutes(options: TransferControlOptions): Hono {
  const { users } = options;
  const routes = new Hono();

  routes.get('/control/users/:name', (c) => {
    const name = c.req.param('name');
    if (!/^[\w-]{1,32}$/.test(name)) return c.json({ error: 'invalid_name' }, 400);
    const { realName, email, phone, weapp, alipay } = users.named(name);
    return c.json({ name, realName, email, phone, weapp, alipay });
  });

  routes.post('/control/transfers/plan', (c) =>
    withBody(c, planSchema, (plan) => {
      options[plan.gateway].plan(plan.state, plan.reason ?? 'OTHER_FAIL_REASON_TYPE');
      return c.body(null, 204);
    }),
  );
  routes.post('/control/transfers/:number/decide', (c) =>
    withBody(c, decisionSchema, (decision) => {
      const number = c.req.param('number');
      const inWeChat = options.wechatpay.find(number);
      const transfer = inWeChat ?? options.alipay.find(number);
      if (transfer === undefined) return c.json({ error: 'not_found' }, 404);
      // What reached a WeChat balance stays there.
      const possible = decision.action !== 'return' || inWeChat === undefined;
      const book = inWeChat === undefined ? options.alipay : options.wechatpay;
      const done = possible && book.decide(transfer, decision.action, decision.reason ?? 'MERCHANT_REJECT');
      return done ? c.json(told(transfer)) : c.json({ error: 'transfer_state', state: transfer.state }, 400);
    }),
  );
  routes.post('/control/transfer-window', (c) =>
    withBody(c, windowSchema, ({ params, user }) => {
      const { openId } = users.named(user).weapp;
      const opened = openTransferWindow(options.wechatpay, params, options.merchant, openId);
      return 'error' in opened ? c.json(opened, 400) : c.json(told(opened.transfer));
    }),
  );
  routes.get('/control/transfers', (c) =>
    c.json({
      wechatpay: options.wechatpay.list().map(told),
      alipay: options.alipay.list().map(told),
    }),
  );

  routes.post('/control/balance', (c) =>
    withBody(c, balanceSchema, ({ gateway: named, balanceFen }) => {
      options[named].balanceFen = balanceFen ?? undefined;
      return c.body(null, 204);
    }),
  );
  return routes;
}

const told = ({ terms, billNumber, state, reason }: Transfer) => ({ ...terms, billNumber, state, reason });
