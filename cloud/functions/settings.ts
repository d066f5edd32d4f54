import { readIdentity, type IdentitySettings } from './settings-identity';
import { readNotices, type NoticeSettings } from './settings-notices';
import { readOperators, type Operator } from './settings-operators';
import { readPayouts } from './settings-payouts';
import { readCashbackAfter } from './settings-promotions';
import { readRates, type RateSettings } from './settings-rates';
import { readAlipayContentKey, readSms, type SmsSettings } from './settings-sms';
import { readVault, type VaultSettings } from './settings-vault';
import { readCertificate, readPrivateKey, readPublicKey, readSigningKey } from './settings-pem';

export interface WeChatSettings {
  readonly appId: string;
  readonly appSecret: string;
  readonly apiBaseUrl: string;
}

export interface WeChatPaySettings {
  readonly mchId: string;
  readonly mchSerial: string;
  readonly mchPrivateKey: string;
  readonly apiV3Key: string;
  readonly baseUrl: string;
  /** Public-key mode; undefined in platform-certificate mode. */
  readonly publicKey: { readonly id: string; readonly pem: string } | undefined;
  /** What the gateway keeps of a payment by contract, in parts per million. */
  readonly feeRatePpm: number;
}

export interface AlipaySettings {
  readonly appId: string;
  readonly appPrivateKey: string;
  readonly sellerId: string;
  readonly baseUrl: string;
  /** What the gateway keeps of a payment by contract, in parts per million. */
  readonly feeRatePpm: number;
  readonly verification:
    | { readonly mode: 'public_key'; readonly alipayPublicKey: string }
    | {
        readonly mode: 'certificate';
        readonly appCert: string;
        readonly alipayPublicCert: string;
        readonly alipayRootCert: string;
      };
}

export interface PayoutSettings {
  /** Gateways that merchants are paid out through; of the others' merchants a person takes care. */
  readonly gateways: readonly ('wechatpay' | 'alipay')[];
  /** The transfer scene that WeChat Pay approved; undefined where it pays nobody out. */
  readonly transferScene:
    | {
        readonly id: string;
        readonly reportInfos: readonly { readonly type: string; readonly content: string }[];
      }
    | undefined;
}

export interface Settings {
  readonly production: boolean;
  readonly databaseUrl: string;
  readonly databasePoolMax: number;
  /** Origin under which /v1 is reached, without a slash at its end. */
  readonly publicBaseUrl: string;
  readonly sessionSecret: string;
  /** Bearer that may run jobs over HTTP; undefined turns that route off. */
  readonly jobSecret: string | undefined;
  /** Who may call the operator's API, by the SHA-256 (hex) of each one's token. */
  readonly operators: ReadonlyMap<string, Operator>;
  /** Ed25519 private key (PEM) that signs the ledger's heads; undefined turns sealing and proofs off. */
  readonly ledgerSigningKey: string | undefined;
  readonly wechat: WeChatSettings;
  readonly wechatpay: WeChatPaySettings;
  readonly alipay: AlipaySettings;
  readonly notices: NoticeSettings;
  /** Whether WeChat is told that what was paid for is delivered. */
  readonly wechatShipping: boolean;
  readonly payouts: PayoutSettings;
  /** How long after its payment cashback is paid out, in ms. */
  readonly cashbackAfterMs: number;
  readonly rates: RateSettings;
  /** Keys of the vault; undefined turns bank cards off. */
  readonly vault: VaultSettings | undefined;
  /** Where text messages are sent from; undefined turns codes by SMS off. */
  readonly sms: SmsSettings | undefined;
  /** The app's key for what Alipay encrypts; undefined turns phone numbers of Alipay off. */
  readonly alipayContentKey: Uint8Array | undefined;
  readonly identity: IdentitySettings;
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(`The settings are not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Hosts that production may talk to; anything else is a sandbox or a mistake. */
const OFFICIAL_HOSTS: Readonly<Record<string, readonly string[]>> = {
  WECHAT_API_BASE_URL: ['api.weixin.qq.com', 'api2.weixin.qq.com'],
  WECHATPAY_BASE_URL: ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'],
  ALIPAY_BASE_URL: ['openapi.alipay.com'],
  TENCENT_SMS_BASE_URL: ['sms.tencentcloudapi.com'],
};

/** Reads variables and remembers what is wrong with them, so that one error can name everything. */
export class Reader {
  readonly problems: string[] = [];
  readonly production: boolean;
  constructor(private readonly environment: Environment) {
    this.production = environment.NODE_ENV === 'production';
  }

  optional(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A value that fits; what is wrong is noted and an empty string stands in until the error is thrown. */
  required(
    name: string,
    hint: string,
    read: (value: string) => string | undefined = (value) => value,
  ): string {
    const value = this.optional(name);
    if (value === undefined) {
      this.problems.push(`${name} is missing: ${hint}`);
      return '';
    }
    const accepted = read(value);
    if (accepted === undefined) this.problems.push(`${name} is not valid: ${hint}`);
    return accepted ?? '';
  }

  baseUrl(name: string, standard: string): string {
    const value = this.optional(name) ?? standard;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      this.problems.push(
        `${name} is not valid: give an http(s) address such as ${standard}, or leave it out`,
      );
    } else if (
      this.production &&
      (url.protocol !== 'https:' || !OFFICIAL_HOSTS[name]?.includes(url.hostname))
    ) {
      this.problems.push(`${name} is not an official address: production takes ${standard}; leave it out`);
    }
    return value.replace(/\/+$/, '');
  }
}

/** What both gateways charge by default: 0.6 %. */
const FEE_RATE_PPM = 6_000;

function readFeeRate(reader: Reader, name: string): number {
  if (reader.optional(name) === undefined) return FEE_RATE_PPM;
  return Number(
    reader.required(name, 'give parts per million (6000 is 0.6 %), or leave it out', matching(/^\d{1,6}$/)),
  );
}

const matching = (pattern: RegExp) => (value: string) => (pattern.test(value) ? value : undefined);
const PRIVATE_KEY_HINT = 'give an RSA private key as PEM (with \\n for line ends) or the PEM as base64';
const PUBLIC_KEY_HINT = 'give an RSA public key as PEM (with \\n for line ends) or the PEM as base64';
const CERTIFICATE_HINT = 'give the certificate file as PEM (with \\n for line ends) or the PEM as base64';

function readWeChatPay(reader: Reader): WeChatPaySettings {
  const publicKeyMode =
    reader.optional('WECHATPAY_PUBLIC_KEY_ID') !== undefined ||
    reader.optional('WECHATPAY_PUBLIC_KEY') !== undefined;
  const both =
    'WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY come together, or neither (platform certificates)';
  return {
    mchId: reader.required('WECHATPAY_MCH_ID', 'give the merchant number (digits)', matching(/^\d{6,16}$/)),
    mchSerial: reader.required(
      'WECHATPAY_MCH_SERIAL',
      'give the serial number of the merchant API certificate (hex)',
      matching(/^[0-9A-Fa-f]{8,64}$/),
    ),
    mchPrivateKey: reader.required('WECHATPAY_MCH_PRIVATE_KEY', PRIVATE_KEY_HINT, readPrivateKey),
    apiV3Key: reader.required(
      'WECHATPAY_APIV3_KEY',
      'give the APIv3 key (32 characters)',
      matching(/^.{32}$/),
    ),
    baseUrl: reader.baseUrl('WECHATPAY_BASE_URL', 'https://api.mch.weixin.qq.com'),
    feeRatePpm: readFeeRate(reader, 'WECHATPAY_FEE_PPM'),
    publicKey: publicKeyMode
      ? {
          id: reader.required('WECHATPAY_PUBLIC_KEY_ID', both, matching(/^PUB_KEY_ID_\w+$/)),
          pem: reader.required('WECHATPAY_PUBLIC_KEY', `${PUBLIC_KEY_HINT}; ${both}`, readPublicKey),
        }
      : undefined,
  };
}

function readAlipay(reader: Reader): AlipaySettings {
  const certificateMode = ['ALIPAY_APP_CERT', 'ALIPAY_PUBLIC_CERT', 'ALIPAY_ROOT_CERT'].some(
    (name) => reader.optional(name) !== undefined,
  );
  const either = 'or give ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT and ALIPAY_ROOT_CERT instead';
  const certificate = (name: string) =>
    reader.required(name, `${CERTIFICATE_HINT}; certificate mode needs all three`, readCertificate);
  return {
    appId: reader.required('ALIPAY_APP_ID', 'give the mini-program app id (digits)', matching(/^\d{8,32}$/)),
    appPrivateKey: reader.required('ALIPAY_APP_PRIVATE_KEY', PRIVATE_KEY_HINT, readPrivateKey),
    sellerId: reader.required('ALIPAY_SELLER_ID', 'give the seller number (2088…)', matching(/^2088\d{12}$/)),
    baseUrl: reader.baseUrl('ALIPAY_BASE_URL', 'https://openapi.alipay.com'),
    feeRatePpm: readFeeRate(reader, 'ALIPAY_FEE_PPM'),
    verification: certificateMode
      ? {
          mode: 'certificate',
          appCert: certificate('ALIPAY_APP_CERT'),
          alipayPublicCert: certificate('ALIPAY_PUBLIC_CERT'),
          alipayRootCert: certificate('ALIPAY_ROOT_CERT'),
        }
      : {
          mode: 'public_key',
          alipayPublicKey: reader.required(
            'ALIPAY_PUBLIC_KEY',
            `${PUBLIC_KEY_HINT}; ${either}`,
            readPublicKey,
          ),
        },
  };
}

/**
 * The settings of the functions from environment variables. Throws one SettingsError that names every variable that is
 * missing or not valid and what to do. In production only the gateways' official addresses are taken.
 */
export function readSettings(environment: Environment): Settings {
  const reader = new Reader(environment);
  const publicBaseUrl = reader.required(
    'PUBLIC_BASE_URL',
    'give the https address the API is reached at from outside (http only outside production)',
    (value) => {
      if (!URL.canParse(value)) return undefined;
      const { protocol } = new URL(value);
      return protocol === 'https:' || (protocol === 'http:' && !reader.production)
        ? value.replace(/\/+$/, '')
        : undefined;
    },
  );
  const alipay = readAlipay(reader);
  const settings: Settings = {
    production: reader.production,
    databaseUrl: reader.required(
      'DATABASE_URL',
      'give a PostgreSQL address such as postgres://user:password@host:5432/tpwallet',
      (value) => (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value) ? value : undefined),
    ),
    databasePoolMax: Number(
      reader.optional('DATABASE_POOL_MAX') === undefined
        ? 10
        : reader.required('DATABASE_POOL_MAX', 'give a number from 1 to 100', matching(/^([1-9]\d?|100)$/)),
    ),
    publicBaseUrl,
    sessionSecret: reader.required(
      'SESSION_SECRET',
      'give at least 32 random characters (openssl rand -base64 32)',
      matching(/^.{32,}$/),
    ),
    jobSecret:
      reader.optional('JOB_SECRET') === undefined
        ? undefined
        : reader.required(
            'JOB_SECRET',
            'give at least 32 random characters, or leave it out',
            matching(/^.{32,}$/),
          ),
    operators: readOperators(reader),
    ledgerSigningKey:
      reader.optional('LEDGER_SIGNING_KEY') === undefined
        ? undefined
        : reader.required(
            'LEDGER_SIGNING_KEY',
            'give an Ed25519 private key as PEM (openssl genpkey -algorithm ed25519), or leave it out',
            readSigningKey,
          ),
    wechat: {
      appId: reader.required('WECHAT_APP_ID', 'give the mini-program app id (wx…)', matching(/^wx\w{8,30}$/)),
      appSecret: reader.required(
        'WECHAT_APP_SECRET',
        'give the mini-program app secret',
        matching(/^\w{16,64}$/),
      ),
      apiBaseUrl: reader.baseUrl('WECHAT_API_BASE_URL', 'https://api.weixin.qq.com'),
    },
    wechatpay: readWeChatPay(reader),
    alipay,
    notices: readNotices(reader),
    wechatShipping:
      reader.optional('WECHAT_SHIPPING') !== undefined &&
      reader.required('WECHAT_SHIPPING', 'give on or off, or leave it out', matching(/^(on|off)$/)) === 'on',
    payouts: readPayouts(reader, alipay.verification.mode),
    cashbackAfterMs: readCashbackAfter(reader),
    rates: readRates(reader),
    vault: readVault(reader),
    sms: readSms(reader),
    alipayContentKey: readAlipayContentKey(reader),
    identity: readIdentity(reader),
  };
  // alipay-sdk writes its timestamps in the zone of the process, and the gateway reads them as Beijing time.
  if (new Date(0).getTimezoneOffset() !== -480) reader.problems.push('TZ is not valid: set TZ=Asia/Shanghai');
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return settings;
}
