import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A third reading of the Alipay protocol, for tests only. The clients in the registry besides the official one either
 * fix the gateway's address or never verify a reply, so this one is written here, and does its cryptography in
 * OpenSSL's command line: it has no code in common with the product or with the sandbox.
 */
export interface OpensslClientOptions {
  /** Origin of the gateway. */
  readonly baseUrl: string;
  readonly appId: string;
  readonly appPrivateKey: string;
  readonly alipayPublicKey: string;
}

export interface VerifiedReply {
  readonly status: number;
  readonly contentType: string;
  readonly root: string;
  /** The text the signature is about, as received. */
  readonly signedText: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signature: 'valid' | 'invalid' | 'absent';
  readonly alipayCertSn: string | undefined;
}

const REPLY = /^\{"([a-z_]+_response)":(\{[^]*\}),(?:"alipay_cert_sn":"([0-9a-f]{32})",)?"sign":"([^"]*)"\}$/;
const UNSIGNED_REPLY = /^\{"([a-z_]+_response)":(\{[^]*\})\}$/;

export class OpensslAlipayClient {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'alipay-client-'));

  constructor(private readonly options: OpensslClientOptions) {
    writeFileSync(this.file('app.pem'), options.appPrivateKey, { mode: 0o600 });
    writeFileSync(this.file('alipay.pem'), options.alipayPublicKey);
  }

  /** Removes the key files. */
  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The parameters every call carries, in UTC+8; tests bend them. */
  systemParameters(method: string, at = new Date()): Record<string, string> {
    const [date, time] = new Date(at.getTime() + 8 * 3_600_000).toISOString().split(/[T.]/) as [
      string,
      string,
    ];
    return {
      app_id: this.options.appId,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: `${date} ${time}`,
      version: '1.0',
    };
  }

  /** Signs and sends: system parameters in the address, the rest in the form. */
  async call(
    method: string,
    biz: object | undefined,
    extra: {
      readonly system?: Readonly<Record<string, string | undefined>>;
      readonly form?: Readonly<Record<string, string>>;
      readonly signedText?: (text: string) => string;
      readonly sign?: string;
    } = {},
  ): Promise<VerifiedReply> {
    const system = Object.fromEntries(
      Object.entries({ ...this.systemParameters(method), ...extra.system }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const form = { ...(biz !== undefined && { biz_content: JSON.stringify(biz) }), ...extra.form };
    const text = this.signText({ ...system, ...form });
    const sign = extra.sign ?? this.sign(extra.signedText?.(text) ?? text);
    return this.send({ ...system, ...(sign !== '' && { sign }) }, form);
  }

  /** Sends parameters as they are. */
  async send(query: Record<string, string>, form: Record<string, string>): Promise<VerifiedReply> {
    const response = await fetch(`${this.options.baseUrl}/gateway.do?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(form).toString(),
    });
    return this.read(response.status, response.headers.get('content-type') ?? '', await response.text());
  }

  /** Verifies a notification's form body; what it says, or undefined where the signature is wrong. */
  readNotification(form: string): Record<string, string> | undefined {
    const parameters = Object.fromEntries(new URLSearchParams(form));
    const { sign, sign_type, ...signed } = parameters;
    if (sign === undefined || sign_type !== 'RSA2') return undefined;
    return this.verify(this.signText(signed), sign) ? parameters : undefined;
  }

  sign(text: string): string {
    return execFileSync('openssl', ['dgst', '-sha256', '-sign', this.file('app.pem')], {
      input: text,
    }).toString('base64');
  }

  verify(text: string, sign: string): boolean {
    writeFileSync(this.file('signature'), Buffer.from(sign, 'base64'));
    const args = [
      'dgst',
      '-sha256',
      '-verify',
      this.file('alipay.pem'),
      '-signature',
      this.file('signature'),
    ];
    try {
      return execFileSync('openssl', args, { input: text, stdio: 'pipe' }).toString().includes('Verified OK');
    } catch {
      return false;
    }
  }

  private read(status: number, contentType: string, text: string): VerifiedReply {
    const [, root, signedText, alipayCertSn, sign] = REPLY.exec(text) ?? UNSIGNED_REPLY.exec(text) ?? [];
    if (root === undefined || signedText === undefined)
      throw new Error(`Not a gateway reply: ${status} ${text}`);
    const signature = sign === undefined ? 'absent' : this.verify(signedText, sign) ? 'valid' : 'invalid';
    const body = JSON.parse(signedText) as Record<string, unknown>;
    return { status, contentType, root, signedText, body, signature, alipayCertSn };
  }

  private signText(parameters: Readonly<Record<string, string>>): string {
    return Object.entries(parameters)
      .filter(([, value]) => value !== '')
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`)
      .join('&');
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}
