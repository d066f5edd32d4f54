import { createPublicKey, type KeyObject } from 'node:crypto';

import { verifySha256 } from '../signature';
import { failure, hasCode, toGatewayError, unbelievable } from './errors';
import { PlatformKeys, readCertificates, type KeysBySerial } from './platform-keys';

export interface ClientOptions {
  readonly mchId: string;
  /** Serial number of the merchant API certificate, hex. */
  readonly mchSerial: string;
  /** PEM. */
  readonly privateKey: string;
  readonly apiV3Key: string;
  readonly baseUrl: string;
  /** Public-key mode; undefined in platform-certificate mode. */
  readonly publicKey: { readonly id: string; readonly key: KeyObject } | undefined;
  readonly timeoutMs: number;
  readonly now: () => Date;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  /** From `/v3/` on, variables already encoded. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: object;
  /** `Wechatpay-Serial` of the key that something in `data` is encrypted with. */
  readonly encryptedFor?: string;
}

export interface Client {
  readonly keys: PlatformKeys;
  /** The verified body of a successful answer, undefined where it has none. Throws GatewayError. */
  call(call: Call): Promise<unknown>;
}

/** More than any answer of the methods used here. */
const ANSWER_BYTES_MAX = 1024 * 1024;
const CERTIFICATES = { method: 'GET', url: 'v3/certificates' } as const;

/** Loaded by the first call, so that a cold start that calls nobody pays nothing. */
const library = () => import('wechatpay-axios-plugin');

/** Signed and verified calls to the WeChat Pay APIv3. */
export function createClient(options: ClientOptions): Client {
  const { publicKey } = options;
  const fixed: KeysBySerial = new Map(publicKey === undefined ? [] : [[publicKey.id, publicKey.key]]);
  const keys = new PlatformKeys({
    fixed,
    download: downloadCertificates,
    now: options.now,
  });
  let built: { readonly keys: KeysBySerial; readonly http: ReturnType<typeof build> } | undefined;

  /** The library's HTTP client, which signs requests and verifies successful answers with the given keys. */
  async function build(trusted: KeysBySerial) {
    const { Decorator } = await library();
    const { v3: http } = new Decorator({
      mchid: options.mchId,
      serial: options.mchSerial,
      privateKey: options.privateKey,
      certs: Object.fromEntries(trusted),
      baseURL: options.baseUrl,
      timeout: options.timeoutMs,
      // An answer comes from where it was asked; neither redirects nor the environment's proxies change that.
      maxRedirects: 0,
      proxy: false,
      maxContentLength: ANSWER_BYTES_MAX,
      headers: publicKey === undefined ? {} : { 'Wechatpay-Serial': publicKey.id },
    });
    const verifyAndRead = [http.defaults.transformResponse ?? []].flat();
    http.defaults.transformResponse = [refuseForgedRefusals(trusted), ...verifyAndRead];
    return http;
  }

  function httpFor(trusted: KeysBySerial): ReturnType<typeof build> {
    if (built?.keys !== trusted) built = { keys: trusted, http: build(trusted) };
    return built.http;
  }

  /** Certificates verify the answer that brings them, once the APIv3 key has opened them. */
  async function downloadCertificates(): Promise<KeysBySerial> {
    // The library wants a key to believe in; with the body left unread, it is never asked for.
    const http = await build(new Map([['none', createPublicKey(options.privateKey)]]));
    const answer = await http
      .request({ ...CERTIFICATES, transformResponse: [readRefusalsOnly] })
      .catch((error: unknown) => {
        throw toGatewayError(error);
      });
    const body = String(answer.data);
    let certificates: KeysBySerial;
    try {
      certificates = readCertificates(body, options.apiV3Key, options.now());
    } catch (error) {
      throw failure('misconfigured', 'CERTIFICATES_UNREADABLE', String(error));
    }
    const signers = new Map([...certificates, ...fixed]);
    if (!isSigned(body, (name) => headerText(answer.headers, name), signers)) {
      throw unbelievable(
        'CERTIFICATES_UNVERIFIED',
        'nobody we believe signed the answer with the certificates',
      );
    }
    return certificates;
  }

  async function send({ method, path, params, data, encryptedFor }: Call): Promise<unknown> {
    const http = await httpFor(await keys.trusted());
    try {
      const answer = await http.request({
        method,
        url: path.slice(1),
        ...(params && { params }),
        ...(data && { data }),
        ...(encryptedFor !== undefined && { headers: { 'Wechatpay-Serial': encryptedFor } }),
      });
      return answer.data === '' ? undefined : answer.data;
    } catch (error) {
      throw toGatewayError(error);
    }
  }

  return {
    keys,
    async call(call) {
      try {
        return await send(call);
      } catch (error) {
        const strange = hasCode(error, 'EV3_RES_HEADER_PLATFORM_SERIAL');
        // WeChat Pay signs with a key we have not met. Every call here may be repeated: each carries its own number.
        if (!strange || !(await keys.renew().catch(() => false))) throw error;
        return await send(call);
      }
    },
  };
}

const HEADERS = {
  timestamp: 'wechatpay-timestamp',
  nonce: 'wechatpay-nonce',
  serial: 'wechatpay-serial',
  signature: 'wechatpay-signature',
} as const;

function headerText(headers: object, name: string): string {
  const value = (headers as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

function isSigned(body: string, header: (name: string) => string, trusted: KeysBySerial): boolean {
  const key = trusted.get(header(HEADERS.serial));
  const text = `${header(HEADERS.timestamp)}\n${header(HEADERS.nonce)}\n${body}\n`;
  return key !== undefined && verifySha256(text, header(HEADERS.signature), key);
}

/** The text of a success, which is yet to be verified; the JSON of a refusal. */
function readRefusalsOnly(body: string, _headers: object, status?: number): unknown {
  if (status === 200) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/**
 * The library, like WeChat Pay's own, verifies successful answers only. A refusal need not be signed, but one that
 * brings a signature which does not hold is not believed either.
 */
function refuseForgedRefusals(trusted: KeysBySerial) {
  return (body: unknown, headers: object, status?: number): unknown => {
    const successful = status === undefined || (status >= 200 && status < 300);
    const signed = headerText(headers, HEADERS.signature) !== '';
    if (!successful && signed && !isSigned(String(body), (name) => headerText(headers, name), trusted)) {
      throw unbelievable('REFUSAL_UNVERIFIED', `an answer with status ${status} has a wrong signature`);
    }
    return body;
  };
}
