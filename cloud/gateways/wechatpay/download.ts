import { randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';

import { signSha256 } from '../signature';
import { refusal, unbelievable } from './errors';

export interface DownloadOptions {
  readonly mchId: string;
  readonly mchSerial: string;
  readonly privateKey: KeyObject;
  readonly baseUrl: string;
  readonly now: () => Date;
}

/** A million rows take some 60 MB packed: time for a slow line, in ms. */
const TIMEOUT_MS = 600_000;
const OFFICIAL = /^https:\/\/[\w.-]+\.mch\.weixin\.qq\.com$/;

/**
 * Fetches a bill's file, asked for with a signature as every call is. The answer carries none: what came is believed once
 * its SHA-1 is what the signed answer with its address said. Throws GatewayError.
 */
export async function download(url: string, options: DownloadOptions): Promise<Readable> {
  const { origin, pathname, search } = readAddress(url, options.baseUrl);
  const timestamp = String(Math.floor(options.now().getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const signature = signSha256(`GET\n${pathname}${search}\n${timestamp}\n${nonce}\n\n`, options.privateKey);
  const fields = {
    mchid: options.mchId,
    nonce_str: nonce,
    signature,
    timestamp,
    serial_no: options.mchSerial,
  };
  const authorization = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  const answer = await fetch(`${origin}${pathname}${search}`, {
    headers: {
      accept: '*/*',
      'user-agent': 'tpwallet',
      authorization: `WECHATPAY2-SHA256-RSA2048 ${authorization.join(',')}`,
    },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw unbelievable('NO_ANSWER', error instanceof Error ? error.message.slice(0, 200) : '');
  });
  if (!answer.ok) throw refusal(answer.status, await answer.json().catch(() => undefined));
  if (answer.body === null) throw unbelievable('BILL_DAMAGED', 'the file has no contents');
  return Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
}

/** The signature is only shown to where calls go too, or to another host of WeChat Pay. */
function readAddress(url: string, baseUrl: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const known = address?.origin === new URL(baseUrl).origin || OFFICIAL.test(address?.origin ?? '');
  if (address === undefined || !known) throw unbelievable('ANSWER_MALFORMED', 'a strange address of a bill');
  return address;
}
