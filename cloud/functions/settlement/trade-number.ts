/** The attempt's id as the gateway's `out_trade_no`: the UUID without dashes, 32 characters that both gateways take. */
export const outTradeNoOf = (attemptId: string): string => attemptId.replaceAll('-', '');

/** The attempt that an `out_trade_no` names; undefined where it is none of ours. */
export function attemptIdOf(outTradeNo: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(outTradeNo);
  return match?.slice(1).join('-');
}
