import { type Buyer, type Trade, type TradeBook } from './trade-book';

/** What `my.tradePay` calls back with. It answers in `success`, also for a payment that was cancelled. */
export interface TradePayResult {
  readonly ok: true;
  /** 9000 paid, 8000 being processed, 6001 cancelled, 6002 no network, 6004 unknown, 4000 failed. */
  readonly resultCode: '9000' | '8000' | '6001' | '6002' | '6004' | '4000';
}

export type WindowAction = 'pay' | 'cancel' | 'insufficient' | 'network_lost';

/** What the window does besides what the user chose: the payment succeeds, but the host does not hear so. */
export type WindowFault = 'unknown_after_commit' | 'processing_after_commit' | undefined;

/** Opens the payment window for `my.tradePay({tradeNO})`: the unpaid trade, or why the host shows an error instead. */
export function openWindow(
  book: TradeBook,
  tradeNo: unknown,
  buyer: Buyer | undefined,
): { readonly trade: Trade } | { readonly error: string } {
  if (typeof tradeNo !== 'string' || !/^\d{28}$/.test(tradeNo)) return { error: 'invalid_trade_no' };
  const trade = book.find({ tradeNo });
  if (trade === undefined) return { error: 'trade_not_exist' };
  if (buyer !== undefined && buyer.openId !== trade.buyer.openId) return { error: 'buyer_mismatch' };
  if (trade.paidAt !== undefined) return { error: 'trade_has_success' };
  if (trade.status === 'TRADE_CLOSED') return { error: 'trade_has_close' };
  return { trade };
}

/** The user's decision, the password being right: changes the trade and says what the mini-program hears. */
export function decideWindow(
  book: TradeBook,
  trade: Trade,
  action: WindowAction,
  fault: WindowFault,
): TradePayResult {
  if (action === 'cancel') return { ok: true, resultCode: '6001' };
  if (action === 'insufficient') return { ok: true, resultCode: '4000' };
  if (!book.pay(trade)) return { ok: true, resultCode: '4000' };
  if (action === 'network_lost') return { ok: true, resultCode: '6002' };
  if (fault === 'unknown_after_commit') return { ok: true, resultCode: '6004' };
  if (fault === 'processing_after_commit') return { ok: true, resultCode: '8000' };
  return { ok: true, resultCode: '9000' };
}
