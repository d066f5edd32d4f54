import type { KeyObject } from 'node:crypto';

import type { TradeBook } from './alipay/trade-book';
import { decideWindow as decideAlipay, openWindow as openAlipay } from './alipay/window';
import type { SandboxKeys } from './keys';
import type { Host, User, Users } from './users';
import { decideWindow as decideWeChat, openWindow as openWeChat } from './wechatpay';
import type { Book } from './wechatpay/book';
import type { Payable } from './windows';

/** What a paying user can reach. */
export interface Services {
  readonly keys: SandboxKeys;
  /** The WeChat Pay merchant's, read once. */
  readonly merchantKey: KeyObject;
  readonly users: Users;
  readonly wechatpay: Book;
  readonly alipay: TradeBook;
}

/** Opens what the native API was called with, as the host does: everything is checked first. */
export function openPayable(
  services: Services,
  host: Host,
  parameters: unknown,
  user: User | undefined,
): Payable | { readonly error: string } {
  return host === 'weapp'
    ? openInWeChat(services, parameters, user)
    : openInAlipay(services, parameters, user);
}

function openInWeChat(
  { keys, merchantKey: key, users, wechatpay }: Services,
  parameters: unknown,
  user: User | undefined,
): Payable | { readonly error: string } {
  const opened = openWeChat(wechatpay, parameters, { appId: keys.wechat.appId, key });
  if ('error' in opened) return opened;
  const { transaction } = opened;
  const openId = transaction.terms.openId ?? '';
  const payer = users.withOpenId(openId);
  if (payer === undefined || (user !== undefined && user !== payer)) return { error: 'payer_mismatch' };
  return {
    payee: transaction.terms.description,
    amountFen: transaction.terms.totalFen,
    user: payer,
    decide: (action, fault) => decideWeChat(wechatpay, transaction, openId, action, fault),
  };
}

const ALIPAY_FAULTS = {
  error_after_commit: 'unknown_after_commit',
  timeout_after_commit: 'processing_after_commit',
} as const;

function openInAlipay(
  { users, alipay }: Services,
  parameters: unknown,
  user: User | undefined,
): Payable | { readonly error: string } {
  const { tradeNO } = (parameters ?? {}) as { readonly tradeNO?: unknown };
  const opened = openAlipay(alipay, tradeNO, user?.alipay);
  if ('error' in opened) return opened;
  const { trade } = opened;
  const payer = users.withOpenId(trade.buyer.openId);
  if (payer === undefined) return { error: 'buyer_mismatch' };
  return {
    payee: trade.terms.subject,
    amountFen: trade.terms.totalFen,
    user: payer,
    decide: (action, fault) => {
      const known = fault === 'error_after_commit' || fault === 'timeout_after_commit';
      return { ...decideAlipay(alipay, trade, action, known ? ALIPAY_FAULTS[fault] : undefined) };
    },
  };
}

/** Scans a payment code with a host and pays it; each host takes only its own codes. */
export function payCode(
  services: Services,
  code: { readonly codeUrl: string; readonly host: Host; readonly user: User; readonly password: string },
): { readonly ok: true; readonly amountFen: number } | { readonly error: string } {
  const { users, wechatpay, alipay } = services;
  const { user } = code;
  const verdict = users.checkPassword(user, code.password);
  if (!verdict.ok) return { error: 'wrong_password' };
  if (code.host === 'weapp') {
    const transaction = wechatpay.findByCode(code.codeUrl);
    if (transaction === undefined) return { error: 'code_invalid' };
    const paid = wechatpay.pay(transaction, user.weapp.openId);
    return paid ? { ok: true, amountFen: transaction.terms.totalFen } : { error: 'code_expired' };
  }
  const trade = alipay.scan(code.codeUrl, user.alipay);
  if (trade === undefined) return { error: 'code_invalid' };
  return alipay.pay(trade) ? { ok: true, amountFen: trade.terms.totalFen } : { error: 'code_expired' };
}
