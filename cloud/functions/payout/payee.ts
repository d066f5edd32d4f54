import type { Payee } from '../../store';
import type { LoginRow } from '../../store/logins';

/** The open id under which a login is paid out to. */
export const payeeOf = ({ host, openId }: Pick<LoginRow, 'host' | 'openId'>): Payee => ({
  source: host === 'weapp' ? 'wechatpay' : 'alipay',
  openId,
});
