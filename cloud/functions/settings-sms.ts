import type { TencentSmsOptions } from '../gateways/sms/tencent';
import type { Reader } from './settings';

/** The application at Tencent Cloud's SMS service. */
export type SmsSettings = Omit<TencentSmsOptions, 'now' | 'timeoutMs'>;

const TOGETHER = 'or leave every TENCENT_SMS_… out';
const matching = (pattern: RegExp) => (value: string) => (pattern.test(value) ? value : undefined);

/** Where text messages are sent from; undefined where nothing is set, which turns codes by SMS off. */
export function readSms(reader: Reader): SmsSettings | undefined {
  const names = ['SECRET_ID', 'SECRET_KEY', 'APP_ID', 'SIGN_NAME', 'TEMPLATE_CODE', 'TEMPLATE_LOCKED'];
  if (names.every((name) => reader.optional(`TENCENT_SMS_${name}`) === undefined)) return undefined;
  const needed = (name: string, what: string, pattern: RegExp): string =>
    reader.required(`TENCENT_SMS_${name}`, `give ${what}, ${TOGETHER}`, matching(pattern));
  const template = /^\d{1,12}$/;
  const locked =
    reader.optional('TENCENT_SMS_TEMPLATE_LOCKED') === undefined
      ? undefined
      : needed('TEMPLATE_LOCKED', 'the number of an approved template with one place (the app)', template);
  return {
    secretId: needed('SECRET_ID', "the SecretId of the API's key", /^\w{16,64}$/),
    secretKey: needed('SECRET_KEY', "the SecretKey of the API's key", /^\w{16,64}$/),
    sdkAppId: needed('APP_ID', 'the SdkAppId of the application (digits)', /^\d{8,12}$/),
    signName: needed('SIGN_NAME', 'the approved signature', /^\S{2,20}$/),
    templates: {
      code: needed(
        'TEMPLATE_CODE',
        'the number of an approved template with two places (code, minutes)',
        template,
      ),
      ...(locked !== undefined && { locked }),
    },
    region: reader.optional('TENCENT_SMS_REGION') ?? 'ap-guangzhou',
    baseUrl: reader.baseUrl('TENCENT_SMS_BASE_URL', 'https://sms.tencentcloudapi.com'),
  };
}

/** The app's key for what Alipay encrypts, such as phone numbers: 16 bytes; undefined where there is none. */
export function readAlipayContentKey(reader: Reader): Uint8Array | undefined {
  if (reader.optional('ALIPAY_CONTENT_KEY') === undefined) return undefined;
  const text = reader.required(
    'ALIPAY_CONTENT_KEY',
    'give the AES key of 接口内容加密 as the console shows it (16 bytes as base64), or leave it out',
    matching(/^[A-Za-z0-9+/]{22}==$/),
  );
  return Buffer.from(text, 'base64');
}
