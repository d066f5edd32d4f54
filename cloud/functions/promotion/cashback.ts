import { type Host } from '../../contract/types';
import type { Settings } from '../settings';

/** Through which gateway the user of a host is paid out. */
const PAYS_OUT = { weapp: 'wechatpay', alipay: 'alipay' } as const satisfies Record<Host, string>;

/** Hosts whose users can be paid out: nobody else is promised cashback. */
export const cashbackHosts = ({ payouts }: Pick<Settings, 'payouts'>): readonly Host[] =>
  (['weapp', 'alipay'] as const).filter((host) => payouts.gateways.includes(PAYS_OUT[host]));
