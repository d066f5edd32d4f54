/** What the gateway says for each of its return codes. */
const MESSAGES = {
  '20000': 'Service Currently Unavailable',
  '20001': 'Insufficient Token Permissions',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40003': 'Insufficient Conditions',
  '40004': 'Business Failed',
  '40006': 'Insufficient Permissions',
} as const;

export type ReturnCode = keyof typeof MESSAGES;

/** A refusal as it goes over the wire: return code, sub code (`isv.*`, `ACQ.*`) and the text for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: ReturnCode,
    readonly subCode: string,
    readonly subMessage: string,
    /** Whose answer it is: the oauth service puts its failures under `error_response`. */
    readonly root: 'method' | 'error' = 'method',
  ) {
    super(`${code} ${subCode}: ${subMessage}`);
  }

  /** The object under `<method>_response` or `error_response`. */
  body(): Record<string, string> {
    return { code: this.code, msg: MESSAGES[this.code], sub_code: this.subCode, sub_msg: this.subMessage };
  }
}

/** A business refusal of the trade service: 40004 with an `ACQ.` sub code. */
export function tradeRefusal(name: string, message: string): Refusal {
  return new Refusal('40004', `ACQ.${name}`, message);
}

/** ACQ.INVALID_PARAMETER, naming the parameter. */
export function invalidParameter(detail: string): Refusal {
  return tradeRefusal('INVALID_PARAMETER', `参数有误：${detail}`);
}
