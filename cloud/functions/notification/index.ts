import { Hono, type Context } from 'hono';

import { errorStatus } from '../../contract/errors';
import { paths } from '../../contract/paths';
import {
  NotificationRejected,
  type GatewayName,
  type Notification,
  type NotificationAnswer,
  type PaymentReport,
} from '../../gateways/port';
import {
  getAttempt,
  markNotificationApplied,
  receiveNotification,
  type ReceivedNotification,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { readBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { applyPayoutReport } from '../payout/report';
import { applyReport, recordSuccess } from '../settlement/settle';
import { applyRefundReport } from '../settlement/refund';
import { attemptIdOf } from '../settlement/trade-number';

/**
 * Where gateways tell what happened. A notification is verified, kept in the inbox by its id, applied and marked: in one
 * statement where it tells of a payment, else step by step, each of which can be repeated. So duplicates, reordering and a
 * crash between any two are harmless. Until it is applied the gateway is asked to send it again.
 */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  for (const name of ['wechatpay', 'alipay'] as const) {
    app.post(paths.notify(name), (c) => receive(c, name));
  }

  async function receive(c: Context<Env>, name: GatewayName): Promise<Response> {
    const gateway = await deps.gateways.get(name);
    try {
      const body = await readBody(c);
      const notification = await gateway.parseNotification({ headers: c.req.header(), body });
      c.get('logFields').notification = notification.kind;
      const received = {
        id: deps.newId(),
        gateway: name,
        notificationId: notification.id,
        body,
        now: deps.now(),
      };
      const success = successOf(notification);
      if (success !== undefined) {
        await applySuccess(success, received);
      } else if ((await receiveNotification(deps.db, received)) !== 'duplicate_applied') {
        await apply(notification);
        await markNotificationApplied(deps.db, { ...received, now: deps.now() });
      }
      return respond(c, gateway.accepted);
    } catch (error) {
      const status = refusalStatus(error);
      if (error instanceof NotificationRejected) c.get('logFields').rejected = error.reason;
      deps.log(status < 500 ? 'warn' : 'error', 'notification_not_applied', {
        requestId: c.get('requestId'),
        gateway: name,
        ...errorFields(error),
      });
      return respond(c, gateway.rejected(status));
    }
  }

  async function apply(notification: Notification): Promise<void> {
    if (notification.kind === 'ignored') return;
    if (notification.kind === 'refund') return applyRefundReport(deps, notification.report);
    if (notification.kind === 'payout') {
      await applyPayoutReport(deps, notification.report, 'notification');
      return;
    }
    const { report } = notification;
    const attemptId = attemptIdOf(report.outTradeNo);
    const attempt = attemptId === undefined ? undefined : await getAttempt(deps.db, { attemptId });
    if (attempt === undefined) return unknownAttempt(report);
    await applyReport(deps, attempt, report, 'notification');
  }

  async function applySuccess(
    { attemptId, report }: Success,
    received: ReceivedNotification & { readonly gateway: GatewayName },
  ): Promise<void> {
    try {
      const attempt = { id: attemptId, gateway: received.gateway };
      const came = { source: 'notification', notification: received } as const;
      const outcome = await recordSuccess(deps, attempt, report, came);
      if (outcome === 'attempt_not_found') unknownAttempt(report);
    } catch (error) {
      // Kept all the same, so that a person can see what was not applied; what is told is why.
      await receiveNotification(deps.db, received).catch(() => undefined);
      throw error;
    }
  }

  /** Attempts are recorded before a gateway hears of them, so sending it again would not help. */
  function unknownAttempt({ outTradeNo }: PaymentReport): void {
    deps.log('error', 'notification_of_unknown_attempt', { outTradeNo });
  }

  return app;
}

interface Success {
  readonly attemptId: string;
  readonly report: PaymentReport;
}

function successOf(notification: Notification): Success | undefined {
  if (notification.kind !== 'payment' || notification.report.state !== 'succeeded') return undefined;
  const { report } = notification;
  const attemptId = attemptIdOf(report.outTradeNo);
  return attemptId === undefined ? undefined : { attemptId, report };
}

function refusalStatus(error: unknown): number {
  if (error instanceof NotificationRejected) return error.reason === 'body_malformed' ? 400 : 401;
  return error instanceof ApiError ? errorStatus(error.code) : 500;
}

function respond(c: Context<Env>, answer: NotificationAnswer): Response {
  return c.body(answer.body, answer.status as 200, { 'content-type': answer.contentType });
}
