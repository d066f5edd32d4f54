import { GatewayError, type GatewayErrorKind } from '../port';

/** What each code means for us. Codes come in two spellings, with and without underscores; here they have none. */
const KINDS: Readonly<Record<string, GatewayErrorKind>> = {
  SYSTEMERROR: 'unknown',
  BANKERROR: 'unknown',
  // Refused for now, but an earlier try may have been taken: only a query tells.
  FREQUENCYLIMITED: 'unknown',
  RATELIMITEXCEEDED: 'unknown',
  FREQUENCYLIMIT: 'unknown',
  FREQUENCYLIMITEXCEED: 'unknown',
  NOTENOUGH: 'unfunded',
  ORDERPAID: 'already_paid',
  ORDERCLOSED: 'closed',
  SIGNERROR: 'misconfigured',
  NOAUTH: 'misconfigured',
  APPIDMCHIDNOTMATCH: 'misconfigured',
  APPIDNOTEXIST: 'misconfigured',
  MCHNOTEXISTS: 'misconfigured',
  MCHIDNOTEXIST: 'misconfigured',
  // These two come with status 500 though the answer is final.
  OPENIDMISMATCH: 'refused',
  INVALIDTRANSACTIONID: 'refused',
};

const spelling = (code: string): string => code.replaceAll('_', '').toUpperCase();

/** Whether a refusal carries one of these codes, whichever way they are spelled. */
export const hasCode = (error: unknown, ...codes: readonly string[]): error is GatewayError =>
  error instanceof GatewayError && codes.map(spelling).includes(spelling(error.gatewayCode));

export const failure = (kind: GatewayErrorKind, gatewayCode: string, message: string): GatewayError =>
  new GatewayError('wechatpay', kind, gatewayCode, message);

/** An answer that may not be believed: who knows what happened. */
export const unbelievable = (gatewayCode: string, message: string): GatewayError =>
  failure('unknown', gatewayCode, message);

/** A refusal by its HTTP status and body `{code, message}`. */
export function refusal(status: number, body: unknown): GatewayError {
  const { code, message } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const text = typeof message === 'string' ? message.slice(0, 200) : 'no message';
  // Something between us and the gateway may answer too; only the gateway's own refusals carry a code.
  if (typeof code !== 'string' || code === '') return failure('unknown', `HTTP_${status}`, text);
  const byStatus: GatewayErrorKind =
    status >= 500 || status === 429 || status < 400
      ? 'unknown'
      : status === 401
        ? 'misconfigured'
        : 'refused';
  return failure(KINDS[spelling(code)] ?? byStatus, code, text);
}

/** What the client library threw, as far as it is looked at. */
interface HttpFailure {
  readonly code?: string;
  readonly message: string;
  readonly response?: { readonly status: number; readonly data: unknown };
}

/**
 * Makes a GatewayError of what the client threw. The original is left behind on purpose: it holds the request with its
 * Authorization header and the merchant's private key, which must reach no log.
 */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const { code, message, response } = error as HttpFailure;
  // The library's own verdict on a successful answer: headers missing, clock off, key unknown, signature wrong.
  if (code?.startsWith('EV3_RES_')) return unbelievable(code, 'the answer is not verified');
  if (response !== undefined) return refusal(response.status, response.data);
  return failure('unknown', code ?? 'NO_ANSWER', message);
}
