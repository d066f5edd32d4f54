import type { KeyObject } from 'node:crypto';

import type { AlipaySdk } from 'alipay-sdk';

import { GatewayError } from '../port';
import { verifySha256 } from '../signature';
import { refusal, unbelievable, type Failing } from './errors';

/** How Alipay's answers are verified and what a request carries. PEM contents, not file names. */
export type Verification =
  | { readonly mode: 'public_key'; readonly alipayPublicKey: string }
  | {
      readonly mode: 'certificate';
      readonly appCert: string;
      readonly alipayPublicCert: string;
      readonly alipayRootCert: string;
    };

export interface ClientOptions {
  readonly appId: string;
  /** PKCS#8 PEM. */
  readonly appPrivateKey: string;
  readonly baseUrl: string;
  readonly verification: Verification;
  /** The key that `verification` holds. */
  readonly alipayKey: KeyObject;
  readonly timeoutMs: number;
}

type Texts = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

export interface Request {
  /** The method's own parameters, in the words of the wire. */
  readonly bizContent?: Texts;
  readonly notifyUrl?: string;
  /** Parameters of methods that take them at the top level. */
  readonly [parameter: string]: string | Texts | undefined;
}

export interface Client {
  /**
   * Calls a method; the verified body under its `_response` key, in the words of the wire. A body that is not a success
   * throws: GatewayError by its codes, `unknown` where the answer cannot be believed or none came.
   */
  call(method: string, request: Request): Promise<Readonly<Record<string, unknown>>>;
  /** Serial number of the Alipay certificate held, as `alipay_cert_sn` names it; undefined in public-key mode. */
  certificateSn(): Promise<string | undefined>;
}

/** Calls to the Alipay Open API through its official client, every answer verified from the text that came. */
export function createClient(options: ClientOptions): Client {
  let loading: Promise<AlipaySdk> | undefined;

  /** Loaded by the first call, so that a cold start that calls nobody pays nothing. */
  const sdk = (): Promise<AlipaySdk> => (loading ??= load());

  async function load(): Promise<AlipaySdk> {
    const { AlipaySdk: Official } = await import('alipay-sdk');
    const { verification, alipayKey } = options;
    /**
     * The official check finds the signed text by searching: in an answer that names its root twice it verifies the
     * first and reads the second, it cannot verify `error_response`, and it never looks at `alipay_cert_sn`.
     */
    class Strict extends Official {
      override checkResponseSign(text: string, root: string): void {
        verifyAnswer(text, root, alipayKey, this.config.alipayCertSn);
      }
    }
    return new Strict({
      appId: options.appId,
      privateKey: options.appPrivateKey,
      keyType: 'PKCS8',
      gateway: `${options.baseUrl}/gateway.do`,
      timeout: options.timeoutMs,
      camelcase: false,
      ...(verification.mode === 'public_key'
        ? { alipayPublicKey: verification.alipayPublicKey }
        : {
            appCertContent: verification.appCert,
            alipayPublicCertContent: verification.alipayPublicCert,
            alipayRootCertContent: verification.alipayRootCert,
          }),
    });
  }

  return {
    async call(method, request) {
      const client = await sdk();
      const body = await client.exec(method, request, { validateSign: true }).catch((error: unknown) => {
        // The client's own errors carry the text of the answer, which may name a person; only the message goes on.
        throw error instanceof GatewayError ? error : unbelievable('NO_ANSWER', messageOf(error));
      });
      // `alipay.system.oauth.token` has no code when it succeeds.
      if (body.code !== undefined && body.code !== '10000') throw refusal(body, true);
      return body;
    },
    async certificateSn() {
      return options.verification.mode === 'certificate' ? (await sdk()).config.alipayCertSn : undefined;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : '');

const ANSWER =
  /^\s*\{\s*"(\w+)"\s*:\s*(\{.*\})\s*(?:,\s*"alipay_cert_sn"\s*:\s*"(\w+)"\s*)?(?:,\s*"sign"\s*:\s*"([\w+/=]+)"\s*)?\}\s*$/s;

/**
 * Verifies an answer from its text, which must be one root, the certificate's number if any, the signature, and nothing
 * else: the signature covers the root's value exactly as written. Throws GatewayError where it is not to be believed.
 */
export function verifyAnswer(
  text: string,
  method: string,
  alipayKey: KeyObject,
  certificateSn: string | undefined,
): void {
  const [, root, value = '', sn, signature] = ANSWER.exec(text) ?? [];
  const body = root === method || root === 'error_response' ? parsed(value) : undefined;
  if (body === undefined) throw unbelievable('ANSWER_MALFORMED', 'the answer is not one signed object');
  if (signature === undefined) throw refusal(body, false);
  if (certificateSn !== undefined && sn !== undefined && sn !== certificateSn) {
    throw unbelievable('CERTIFICATE_UNKNOWN', `Alipay signs with the certificate ${sn}, which is not held`);
  }
  if (!verifySha256(value, signature, alipayKey)) {
    throw unbelievable('ANSWER_UNVERIFIED', 'the signature of the answer does not hold');
  }
}

function parsed(value: string): Failing | undefined {
  try {
    return JSON.parse(value) as Failing;
  } catch {
    return undefined;
  }
}
