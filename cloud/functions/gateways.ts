import { paths } from '../contract/paths';
import type { Host } from '../contract/types';
import { createBreaker, DEFAULT_BREAKER, guarded, type Breaker } from '../gateways/breaker';
import type { GatewayName, HostLogin, PaymentGateway } from '../gateways/port';
import type { Dependencies, Gateways, Hosts, Logins } from './dependencies';
import { createHosts } from './hosts';
import { madeOnce } from './made-once';
import type { Settings } from './settings';

type Parts = Pick<Dependencies, 'now' | 'log' | 'randomBytes'>;

/**
 * The gateways and host logins that the settings describe, each loaded and made when it is first asked for: its code and
 * its keys cost time, and no function but the one for development uses them all.
 */
export function createGateways(
  settings: Settings,
  parts: Parts,
): {
  gateways: Gateways;
  logins: Logins;
  hosts: Hosts;
} {
  const breakers: Readonly<Record<GatewayName, Breaker>> = {
    wechatpay: breakerOf('wechatpay', parts),
    alipay: breakerOf('alipay', parts),
  };
  const gateways: Readonly<Record<GatewayName, () => Promise<PaymentGateway>>> = {
    wechatpay: madeOnce(async () => {
      const { createWeChatPay } = await import('../gateways/wechatpay');
      const made = createWeChatPay({
        ...settings.wechatpay,
        appId: settings.wechat.appId,
        notifyUrl: notifyUrl(settings, 'wechatpay'),
        transferScene: settings.payouts.transferScene,
        now: parts.now,
        randomBytes: parts.randomBytes,
      });
      return guarded(made, breakers.wechatpay);
    }),
    alipay: madeOnce(async () => {
      const { createAlipay } = await import('../gateways/alipay');
      const made = createAlipay({
        ...settings.alipay,
        notifyUrl: notifyUrl(settings, 'alipay'),
        payouts: settings.payouts.gateways.includes('alipay'),
        now: parts.now,
      });
      return guarded(made, breakers.alipay);
    }),
  };
  const logins: Readonly<Record<Host, () => Promise<HostLogin>>> = {
    weapp: madeOnce(async () => {
      const { createWeappLogin } = await import('../gateways/hosts/weapp');
      return createWeappLogin(settings.wechat);
    }),
    alipay: madeOnce(async () => {
      const { createAlipayLogin } = await import('../gateways/hosts/alipay');
      const { createAlipayClient } = await import('../gateways/alipay');
      return createAlipayLogin(createAlipayClient(settings.alipay));
    }),
  };
  return {
    gateways: {
      get: (name) => gateways[name](),
      isAvailable: (name) => breakers[name].isAvailable(),
    },
    logins: { get: (host) => logins[host]() },
    hosts: createHosts(settings, parts),
  };
}

const notifyUrl = (settings: Settings, name: GatewayName): string =>
  `${settings.publicBaseUrl}${paths.notify(name)}`;

function breakerOf(gateway: GatewayName, { now, log }: Parts): Breaker {
  return createBreaker({
    ...DEFAULT_BREAKER,
    now,
    onChange: (state) => log(state === 'open' ? 'error' : 'info', `gateway_breaker_${state}`, { gateway }),
  });
}
