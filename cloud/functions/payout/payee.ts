import type { AccountRow, Payee } from '../../store';

/** The open id under which an account of a host is paid out to. */
export const payeeOf = ({ host, openId }: Pick<AccountRow, 'host' | 'openId'>): Payee => ({
  source: host === 'weapp' ? 'wechatpay' : 'alipay',
  openId,
});
