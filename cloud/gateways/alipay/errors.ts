import { GatewayError, type GatewayErrorKind } from '../port';

/** The gateway's return codes that speak for themselves, whatever the sub code. */
const BY_CODE: Readonly<Record<string, GatewayErrorKind>> = {
  '10003': 'unknown',
  '20000': 'unknown',
  '20001': 'misconfigured',
  '40001': 'misconfigured',
  '40003': 'misconfigured',
  // Called too often: an earlier try may have been taken, only a query tells.
  '40005': 'unknown',
  '40006': 'misconfigured',
};

const BY_SUB_CODE: Readonly<Record<string, GatewayErrorKind>> = {
  'ACQ.SYSTEM_ERROR': 'unknown',
  // The documentation spells it both ways.
  'AQC.SYSTEM_ERROR': 'unknown',
  // The transfer service has no prefix.
  SYSTEM_ERROR: 'unknown',
  REQUEST_PROCESSING: 'unknown',
  PAYER_BALANCE_NOT_ENOUGH: 'unfunded',
  BALANCE_IS_NOT_ENOUGH: 'unfunded',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'unfunded',
  PRODUCT_NOT_SIGN: 'misconfigured',
  NO_PERMISSION_ACCOUNT: 'misconfigured',
  'ACQ.TRADE_HAS_SUCCESS': 'already_paid',
  'ACQ.TRADE_HAS_CLOSE': 'closed',
  'ACQ.ACCESS_FORBIDDEN': 'misconfigured',
  'ACQ.PARTNER_ERROR': 'misconfigured',
  'ACQ.SELLER_NOT_EXIST': 'misconfigured',
  'ACQ.UNBOUND_APPLICATION': 'misconfigured',
  'ACQ.BIZ_PRODUCT_NOT_ALLOWED': 'misconfigured',
  'ACQ.PRODUCT_NOT_SUPPORT_IN_TINY_APP': 'misconfigured',
  'ACQ.MERCHANT_STATUS_NOT_NORMAL': 'misconfigured',
  'ACQ.INVALID_RECEIVE_ACCOUNT': 'misconfigured',
  // What a user sends is refused; all other `isv.` codes speak of how we are set up.
  'isv.code-invalid': 'refused',
  'isv.invalid-parameter': 'refused',
};

export const failure = (kind: GatewayErrorKind, gatewayCode: string, message: string): GatewayError =>
  new GatewayError('alipay', kind, gatewayCode, message);

/** An answer that may not be believed: who knows what happened. */
export const unbelievable = (gatewayCode: string, message: string): GatewayError =>
  failure('unknown', gatewayCode, message);

/** Whether an error carries one of these sub codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): error is GatewayError =>
  error instanceof GatewayError && codes.includes(error.gatewayCode);

/** The failing body under `<method>_response` or `error_response`. */
export interface Failing {
  readonly code?: unknown;
  readonly msg?: unknown;
  readonly sub_code?: unknown;
  readonly sub_msg?: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A refusal by its codes. An unsigned one is not believed, unless it says what Alipay cannot sign: that it does not
 * know who asks, or could not tell that it was us.
 */
export function refusal(body: Failing, signed: boolean): GatewayError {
  const [code, subCode] = [textOf(body.code), textOf(body.sub_code)];
  const gatewayCode = subCode || code || 'NO_CODE';
  const message = (textOf(body.sub_msg) || textOf(body.msg)).slice(0, 200);
  const meant =
    BY_SUB_CODE[subCode] ?? BY_CODE[code] ?? (subCode.startsWith('isv.') ? 'misconfigured' : 'refused');
  const believed = signed || meant === 'misconfigured' || subCode === 'isv.code-invalid';
  return believed
    ? failure(meant, gatewayCode, message)
    : unbelievable('ANSWER_UNSIGNED', `an unsigned answer: ${gatewayCode} ${message}`);
}
