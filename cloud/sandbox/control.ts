import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import * as z from 'zod';

import type { BillDesk } from './bills/desk';
import { BILL_FAULT_KINDS } from './bills/faults';
import type { Credentials } from './credentials';
import { FAULT_KINDS, type Faults } from './faults';
import type { HostInbox } from './host-inbox';
import type { Notifier } from './notifier';
import type { Services } from './paying';
import type { Host, User, Users } from './users';
import type { Payable, Windows } from './windows';

const host = z.enum(['weapp', 'alipay']);
const user = z.string().regex(/^[\w-]{1,32}$/);
const loginCodeSchema = z.strictObject({ host, user });
const decisionSchema = z.strictObject({
  action: z.enum(['pay', 'cancel', 'insufficient', 'network_lost']),
  password: z.string().optional(),
});
const windowSchema = z.strictObject({
  host,
  params: z.unknown(),
  user: user.optional(),
  decision: decisionSchema.optional(),
});
const payCodeSchema = z.strictObject({ codeUrl: z.string(), host, user, password: z.string() });
const faultSchema = z.strictObject({
  gateway: z.enum(['wechatpay', 'alipay', 'wechat', 'sms']),
  operation: z.string().min(1).max(64),
  fault: z.strictObject({
    kind: z.enum(FAULT_KINDS),
    times: z.int().min(1).max(10_000).optional(),
    delayMs: z.int().min(0).max(600_000).optional(),
  }),
});
const timeScaleSchema = z.strictObject({ scale: z.number().min(0).max(1_000) });
const subscriptionSchema = z.strictObject({
  host,
  user,
  templateId: z.string().min(1).max(64),
  times: z.int().min(1).max(1_000).default(1),
});
const repairSchema = z.strictObject({ outRefundNo: z.string() });
const billFaultSchema = z.strictObject({
  gateway: z.enum(['wechatpay', 'alipay']),
  fault: z.strictObject({ kind: z.enum(BILL_FAULT_KINDS), number: z.string().max(64).optional() }),
});
const billClockSchema = z.strictObject({
  aheadMs: z
    .int()
    .min(0)
    .max(90 * 86_400_000),
});
const readyBillSchema = z.strictObject({
  gateway: z.literal('wechatpay'),
  kind: z.enum(['trade', 'fund']),
  date: z.iso.date(),
  path: z.string(),
  sha1: z.string().regex(/^[0-9a-f]{40}$/),
});
const expireSchema = z.strictObject({ outTradeNo: z.string() });

export interface ControlOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly users: Users;
  readonly windows: Windows;
  readonly faults: Faults;
  readonly notifier: Notifier;
  readonly inbox: HostInbox;
  readonly revokeToken: () => void;
  readonly desk: BillDesk;
  readonly books: Pick<Services, 'wechatpay' | 'alipay'>;
  readonly openPayable: (
    host: Host,
    parameters: unknown,
    user: User | undefined,
  ) => Payable | { readonly error: string };
  readonly payCode: (code: {
    codeUrl: string;
    host: Host;
    user: User;
    password: string;
  }) => { readonly ok: true; readonly amountFen: number } | { readonly error: string };
}

/** `/control/…`: what a person with a phone and a saboteur would do. */
export function controlRoutes(options: ControlOptions): Hono {
  const { users, windows, faults, notifier, desk, books } = options;
  const routes = new Hono();
  const forBrowsers = cors();
  routes.use('/control/*', (c, next) =>
    c.req.header('origin') === undefined ? next() : forBrowsers(c, next),
  );

  routes.get('/control/credentials', (c) => c.json(options.credentials));

  routes.post('/control/login-codes', (c) =>
    withBody(c, loginCodeSchema, (body) => c.json({ code: users.newLoginCode(body.host, body.user) })),
  );

  routes.post('/control/window', (c) =>
    withBody(c, windowSchema, (body) => {
      const named = body.user === undefined ? undefined : users.named(body.user);
      const payable = options.openPayable(body.host, body.params, named);
      if ('error' in payable) return c.json(payable, 400);
      const window = windows.open(body.host, payable);
      const { id, amountFen, payee } = window;
      const opened = { windowId: id, url: `${options.url}/cashier/${id}`, amountFen, payee };
      if (body.decision === undefined) return c.json(opened);
      const decided = windows.decide(window, body.decision.action, body.decision.password);
      return 'error' in decided ? c.json({ ...opened, ...decided }, 400) : c.json({ ...opened, ...decided });
    }),
  );
  routes.post('/control/window/:windowId/decide', (c) =>
    withBody(c, decisionSchema, ({ action, password }) => {
      const window = windows.find(c.req.param('windowId'));
      if (window === undefined) return c.json({ error: 'window_not_found' }, 404);
      const decision = windows.decide(window, action, password);
      return 'error' in decision ? c.json(decision, 400) : c.json(decision);
    }),
  );
  routes.post('/control/pay-code', (c) =>
    withBody(c, payCodeSchema, (body) => {
      const paid = options.payCode({ ...body, user: users.named(body.user) });
      return 'error' in paid ? c.json(paid, 400) : c.json(paid);
    }),
  );

  routes.post('/control/faults', (c) =>
    withBody(c, faultSchema, ({ gateway, operation, fault }) => {
      faults.add(gateway, operation, fault);
      return c.body(null, 204);
    }),
  );
  routes.delete('/control/faults', (c) => {
    faults.clear();
    desk.clearFaults();
    return c.body(null, 204);
  });
  routes.post('/control/bills/faults', (c) =>
    withBody(c, billFaultSchema, ({ gateway, fault }) => {
      desk.addFault(gateway, fault);
      return c.body(null, 204);
    }),
  );
  routes.post('/control/bills/clock', (c) =>
    withBody(c, billClockSchema, ({ aheadMs }) => {
      desk.aheadMs = aheadMs;
      return c.body(null, 204);
    }),
  );
  routes.post('/control/bills/ready', (c) =>
    withBody(c, readyBillSchema, (bill) => {
      desk.addReady(bill);
      return c.body(null, 204);
    }),
  );
  routes.post('/control/time-scale', (c) =>
    withBody(c, timeScaleSchema, ({ scale }) => {
      notifier.timeScale = scale;
      return c.body(null, 204);
    }),
  );
  routes.post('/control/expire', (c) =>
    withBody(c, expireSchema, ({ outTradeNo }) => {
      const inWeChat = books.wechatpay.expire(outTradeNo);
      const inAlipay = books.alipay.expire(outTradeNo);
      return inWeChat || inAlipay ? c.body(null, 204) : c.json({ error: 'not_found' }, 404);
    }),
  );

  routes.post('/control/subscriptions', (c) =>
    withBody(c, subscriptionSchema, (body) => {
      const { openId } = users.named(body.user)[body.host];
      options.inbox.allow(body.host, openId, body.templateId, body.times);
      return c.body(null, 204);
    }),
  );
  routes.post('/control/revoke-token', (c) => {
    options.revokeToken();
    return c.body(null, 204);
  });
  routes.post('/control/repair-refund', (c) =>
    withBody(c, repairSchema, ({ outRefundNo }) =>
      books.wechatpay.repair(outRefundNo) ? c.body(null, 204) : c.json({ error: 'not_abnormal' }, 404),
    ),
  );

  routes.get('/control/state', (c) =>
    c.json({
      wechatpay: books.wechatpay.list().map(({ signer, ...transaction }) => ({
        ...transaction,
        signedBy: signer.serial,
      })),
      alipay: books.alipay.list(),
      notifications: notifier.records,
      messages: options.inbox.messages,
      shipments: options.inbox.shipments,
    }),
  );
  return routes;
}

/** Answers with what a valid body gives; 400 with what is wrong otherwise. */
export async function withBody<S extends z.ZodType>(
  c: Context,
  schema: S,
  use: (body: z.output<S>) => Response,
): Promise<Response> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return use(parsed.data);
  return c.json({ error: 'invalid_request', issues: parsed.error.issues }, 400);
}
