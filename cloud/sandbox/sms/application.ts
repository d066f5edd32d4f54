import { createHash } from 'node:crypto';

/** What a merchant's application at the SMS service is: its key, its signature and its approved templates. */
export interface SmsApplication {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sdkAppId: string;
  readonly signName: string;
  readonly templates: { readonly code: string; readonly locked: string };
}

/** The approved texts by their template's number; `{1}` is the first parameter. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  '2210001': '验证码 {1}，{2} 分钟内有效。请勿告诉他人。',
  '2210002': '你的账户因操作异常已锁定。请到{1}里的安全中心查看。如非本人操作，请立即联系客服。',
};

/** The application of a sandbox, made of a secret of its own so that a restart keeps it. */
export function applicationOf(secret: string): SmsApplication {
  const made = (part: string, length: number): string =>
    createHash('sha256').update(`sms\n${part}\n${secret}`).digest('hex').slice(0, length);
  return {
    secretId: `AKID${made('id', 32)}`,
    secretKey: made('key', 32),
    sdkAppId: '1400006666',
    signName: 'TPWallet',
    templates: { code: '2210001', locked: '2210002' },
  };
}
