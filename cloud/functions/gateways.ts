import { paths } from '../contract/paths';
import type { Host } from '../contract/types';
import { createAlipay, createAlipayClient } from '../gateways/alipay';
import { createBreaker, DEFAULT_BREAKER, guarded, type Breaker } from '../gateways/breaker';
import { createAlipayLogin } from '../gateways/hosts/alipay';
import { createWeappLogin } from '../gateways/hosts/weapp';
import type { GatewayName, HostLogin, PaymentGateway } from '../gateways/port';
import { createWeChatPay } from '../gateways/wechatpay';
import type { Dependencies, Gateways, Hosts, Logins } from './dependencies';
import { createHosts } from './hosts';
import type { Settings } from './settings';

type Parts = Pick<Dependencies, 'now' | 'log' | 'randomBytes'>;

/**
 * The gateways and host logins that the settings describe, each made when it is first asked for: reading its keys costs
 * time, and no function but the one for development uses them all.
 */
export function createGateways(
  settings: Settings,
  parts: Parts,
): {
  gateways: Gateways;
  logins: Logins;
  hosts: Hosts;
} {
  const makers: Readonly<Record<GatewayName, () => PaymentGateway>> = {
    wechatpay: () =>
      createWeChatPay({
        ...settings.wechatpay,
        appId: settings.wechat.appId,
        notifyUrl: notifyUrl(settings, 'wechatpay'),
        transferScene: settings.payouts.transferScene,
        now: parts.now,
        randomBytes: parts.randomBytes,
      }),
    alipay: () =>
      createAlipay({
        ...settings.alipay,
        notifyUrl: notifyUrl(settings, 'alipay'),
        payouts: settings.payouts.gateways.includes('alipay'),
        now: parts.now,
      }),
  };
  const loginMakers: Readonly<Record<Host, () => HostLogin>> = {
    weapp: () => createWeappLogin(settings.wechat),
    alipay: () => createAlipayLogin(createAlipayClient(settings.alipay)),
  };
  const breakers: Readonly<Record<GatewayName, Breaker>> = {
    wechatpay: breakerOf('wechatpay', parts),
    alipay: breakerOf('alipay', parts),
  };
  const gateways = new Map<GatewayName, PaymentGateway>();
  const logins = new Map<Host, HostLogin>();
  return {
    gateways: {
      async get(name) {
        return madeOnce(gateways, name, () => guarded(makers[name](), breakers[name]));
      },
      isAvailable: (name) => breakers[name].isAvailable(),
    },
    logins: {
      async get(host) {
        return madeOnce(logins, host, loginMakers[host]);
      },
    },
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

function madeOnce<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  return value;
}
