import type { ConfirmOutcome, PayOutcome } from './host';

/** Reads `errMsg` of wx.requestPayment. A cancel is only ever told by its exact words. */
export function wechatOutcome(errMsg: string | undefined): PayOutcome {
  if (errMsg === 'requestPayment:ok') return 'completed';
  if (errMsg === 'requestPayment:fail cancel') return 'cancelled';
  return errMsg?.startsWith('requestPayment:fail') ? 'failed' : 'unknown';
}

const ALIPAY_OUTCOMES: Readonly<Record<string, PayOutcome>> = {
  '9000': 'completed',
  '6001': 'cancelled',
  '4000': 'failed',
  '4': 'failed',
};

/** Reads `resultCode` of my.tradePay, which arrives in `success` for cancels and failures too. 8000, 6002, 6004 and 99 are open. */
export function alipayOutcome(resultCode: string | number | undefined): PayOutcome {
  return ALIPAY_OUTCOMES[String(resultCode)] ?? 'unknown';
}

/** Reads `errMsg` of wx.requestMerchantTransfer: `ok` says that its page was shown and left. */
export function transferOutcome(errMsg: string | undefined): ConfirmOutcome {
  if (errMsg === 'requestMerchantTransfer:ok') return 'closed';
  return errMsg === 'requestMerchantTransfer:fail cancel' ? 'cancelled' : 'failed';
}
