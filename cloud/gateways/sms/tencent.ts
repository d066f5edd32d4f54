import * as z from 'zod';

import { Secret } from '../../domain/secret';
import { SmsNotSent, type SmsKind, type SmsSender } from './port';
import { tc3Authorization } from './tc3';

export interface TencentSmsOptions {
  readonly secretId: string;
  readonly secretKey: string;
  /** Number of the application in the SMS console. */
  readonly sdkAppId: string;
  /** Approved signature, which stands before every message. */
  readonly signName: string;
  /** Numbers of the approved templates. */
  readonly templates: Readonly<Partial<Record<SmsKind, string>>>;
  readonly region: string;
  readonly baseUrl: string;
  readonly now: () => Date;
  /** How long one call may take, in ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const ACTION = 'SendSms';
const VERSION = '2021-01-11';
const CONTENT_TYPE = 'application/json; charset=utf-8';

const answerSchema = z.object({
  Response: z.union([
    z.object({ Error: z.object({ Code: z.string() }) }),
    z.object({ SendStatusSet: z.tuple([z.object({ Code: z.string(), PhoneNumber: z.string() })]) }),
  ]),
});

/** What a number brings about that is on a list, is no number, or has had enough for now. */
const REFUSED = [
  'FailedOperation.PhoneNumberInBlacklist',
  'InvalidParameterValue.IncorrectPhoneNumber',
  'LimitExceeded.DeliveryFrequencyLimit',
  'LimitExceeded.PhoneNumberDailyLimit',
  'LimitExceeded.PhoneNumberOneHourLimit',
  'LimitExceeded.PhoneNumberThirtySecondLimit',
  'LimitExceeded.PhoneNumberSameContentDailyLimit',
];
/** Troubles of theirs, after which the same request may go well. */
const PASSING = /^(InternalError|RequestLimitExceeded|LimitExceeded)(\.|$)/;

/** Text messages by Tencent Cloud (`SendSms`, https://cloud.tencent.com/document/api/382/55981). */
export function createTencentSms(options: TencentSmsOptions): SmsSender {
  const { host } = new URL(options.baseUrl);

  async function post(body: string): Promise<unknown> {
    const timestampS = Math.floor(options.now().getTime() / 1_000);
    const signed = { 'content-type': CONTENT_TYPE, host, 'x-tc-action': ACTION };
    const authorization = tc3Authorization({
      ...options,
      service: 'sms',
      headers: signed,
      body,
      timestampS,
    });
    try {
      const response = await fetch(`${options.baseUrl}/`, {
        method: 'POST',
        headers: {
          'content-type': CONTENT_TYPE,
          'x-tc-action': ACTION,
          'x-tc-version': VERSION,
          'x-tc-region': options.region,
          'x-tc-timestamp': String(timestampS),
          authorization,
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      });
      if (!response.ok) throw new SmsNotSent('unknown', `HTTP_${response.status}`);
      return await response.json();
    } catch (error) {
      // What fetch throws may quote the request: it goes no further.
      throw error instanceof SmsNotSent ? error : new SmsNotSent('unknown', 'NO_ANSWER');
    }
  }

  return {
    async send({ kind, to, values }) {
      const template = options.templates[kind];
      if (template === undefined) throw new SmsNotSent('misconfigured', `NO_TEMPLATE_${kind}`);
      const answer = answerSchema.safeParse(
        await post(
          JSON.stringify({
            PhoneNumberSet: [to.reveal()],
            SmsSdkAppId: options.sdkAppId,
            SignName: options.signName,
            TemplateId: template,
            TemplateParamSet: values.map((value) => (value instanceof Secret ? value.reveal() : value)),
          }),
        ),
      );
      if (!answer.success) throw new SmsNotSent('unknown', 'ANSWER_MALFORMED');
      const told = answer.data.Response;
      const code = 'Error' in told ? told.Error.Code : told.SendStatusSet[0].Code;
      if (code === 'Ok') return 'sent';
      if (REFUSED.includes(code)) return 'refused';
      throw new SmsNotSent(PASSING.test(code) ? 'unknown' : 'misconfigured', code);
    },
  };
}
