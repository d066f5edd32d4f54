import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Hono } from 'hono';
import * as z from 'zod';

import type { Fault } from '../faults';
import { TEMPLATES, type SmsApplication } from './application';
import { signatureProblem } from './signature';

/** A text message that reached a phone. */
export interface DeliveredText {
  readonly phone: string;
  readonly templateId: string;
  readonly params: readonly string[];
  readonly text: string;
  readonly at: string;
}

const PHONES_MAX = 200;
const CHINESE_MOBILE = /^(\+?86|0086)?1[3-9]\d{9}$/;
const bodySchema = z.strictObject({
  PhoneNumberSet: z.array(z.string()).min(1).max(PHONES_MAX),
  SmsSdkAppId: z.string(),
  TemplateId: z.string(),
  SignName: z.string().optional(),
  TemplateParamSet: z.array(z.string()).optional(),
  SessionContext: z.string().max(512).optional(),
});
type Body = z.infer<typeof bodySchema>;

export interface SmsOptions {
  readonly application: SmsApplication;
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly now: () => Date;
}

/** `SendSms` at `/`, and `GET /control/texts?phone=`: what a phone received. */
export function smsRoutes({ application, takeFault, now }: SmsOptions): Hono {
  const routes = new Hono();
  const delivered: DeliveredText[] = [];
  const failed = (Code: string) => ({
    Response: { Error: { Code, Message: `${Code} (sandbox)` }, RequestId: randomUUID() },
  });

  routes.post('/', async (c) => {
    const fault = takeFault('SendSms');
    if (fault?.kind === 'http_500') return c.text('Internal Server Error', 500);
    if (fault?.kind === 'delay') await sleep(fault.delayMs);
    const body = await c.req.text();
    const problem = signatureProblem({ header: (name) => c.req.header(name), body }, application, now());
    if (problem !== undefined) return c.json(failed(problem));
    if (c.req.header('x-tc-action') !== 'SendSms') return c.json(failed('InvalidAction'));
    if (c.req.header('x-tc-version') !== '2021-01-11') return c.json(failed('NoSuchVersion'));
    if (c.req.header('x-tc-region') === undefined) return c.json(failed('MissingParameter'));
    const parsed = bodySchema.safeParse(jsonOf(body));
    if (!parsed.success) return c.json(failed('InvalidParameter'));
    const refusal = refusalOf(parsed.data, application);
    if (refusal !== undefined) return c.json(failed(refusal));
    const statuses = parsed.data.PhoneNumberSet.map((phone) => send(parsed.data, phone, fault));
    if (fault?.kind === 'error_after_commit') return c.text('Internal Server Error', 500);
    return c.json({ Response: { SendStatusSet: statuses, RequestId: randomUUID() } });
  });

  function send(body: Body, phone: string, fault: Fault | undefined) {
    const { TemplateId: templateId, TemplateParamSet: params = [], SessionContext = '' } = body;
    const status = (Code: string) => ({
      SerialNo: Code === 'Ok' ? `2640:${randomUUID()}` : '',
      PhoneNumber: phone,
      Fee: Code === 'Ok' ? 1 : 0,
      SessionContext,
      Code,
      Message: Code === 'Ok' ? 'send success' : `${Code} (sandbox)`,
      IsoCode: Code === 'Ok' ? 'CN' : '',
    });
    if (fault?.kind === 'refuse') return status('LimitExceeded.PhoneNumberDailyLimit');
    if (!CHINESE_MOBILE.test(phone)) return status('InvalidParameterValue.IncorrectPhoneNumber');
    const text = (TEMPLATES[templateId] ?? '').replace(
      /\{(\d)\}/g,
      (_, at: string) => params[Number(at) - 1] ?? '',
    );
    delivered.push({
      phone: phone.slice(-11),
      templateId,
      params,
      text: `【${application.signName}】${text}`,
      at: now().toISOString(),
    });
    return status('Ok');
  }

  routes.get('/control/texts', (c) => {
    const phone = c.req.query('phone');
    return c.json({ texts: delivered.filter((text) => phone === undefined || text.phone === phone) });
  });
  return routes;
}

/** What is wrong with a message whoever it goes to. */
function refusalOf(body: Body, application: SmsApplication): string | undefined {
  if (body.SmsSdkAppId !== application.sdkAppId) return 'UnauthorizedOperation.SmsSdkAppIdVerifyFail';
  if (body.SignName !== application.signName) return 'FailedOperation.SignatureIncorrectOrUnapproved';
  const template = TEMPLATES[body.TemplateId];
  if (template === undefined) return 'FailedOperation.TemplateIncorrectOrUnapproved';
  const places = new Set(template.match(/\{\d\}/g)).size;
  const params = body.TemplateParamSet ?? [];
  if (params.length !== places) return 'FailedOperation.TemplateParamSetNotMatchApprovedTemplate';
  return params.some((param) => [...param].length > 12 || param === '')
    ? 'InvalidParameterValue.TemplateParameterLengthLimit'
    : undefined;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
