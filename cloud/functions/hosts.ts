import type { Host } from '../contract/types';
import type { HostBiometrics } from '../gateways/hosts/biometrics';
import type { HostPhones } from '../gateways/hosts/phones';
import type { HostMessenger } from '../gateways/hosts/port';
import type { WeappServer } from '../gateways/hosts/weapp-server';
import type { Dependencies, Hosts } from './dependencies';
import { madeOnce } from './made-once';
import type { Settings } from './settings';

/**
 * The hosts' servers that the settings describe, each loaded and made when it is first asked for; WeChat's token is held by
 * one.
 */
export function createHosts(settings: Settings, { now }: Pick<Dependencies, 'now'>): Hosts {
  const server = madeOnce(async (): Promise<WeappServer> => {
    const { createWeappServer } = await import('../gateways/hosts/weapp-server');
    return createWeappServer({ ...settings.wechat, now });
  });
  const messengers: Readonly<Record<Host, () => Promise<HostMessenger>>> = {
    weapp: madeOnce(async () => {
      const { createWeappMessenger } = await import('../gateways/hosts/weapp-messages');
      return createWeappMessenger(await server());
    }),
    alipay: madeOnce(async () => {
      const { createAlipayMessenger } = await import('../gateways/hosts/alipay-messages');
      const { createAlipayClient } = await import('../gateways/alipay');
      return createAlipayMessenger(createAlipayClient(settings.alipay));
    }),
  };
  const phones: Readonly<Record<Host, () => Promise<HostPhones | undefined>>> = {
    weapp: madeOnce(async () => {
      const { createWeappPhones } = await import('../gateways/hosts/weapp-phones');
      return createWeappPhones(await server(), settings.wechat);
    }),
    alipay: madeOnce(async () => {
      if (settings.alipayContentKey === undefined) return undefined;
      const { createAlipayPhones } = await import('../gateways/hosts/alipay-phones');
      const { alipayKeyOf } = await import('../gateways/alipay');
      const alipayKey = alipayKeyOf(settings.alipay.verification);
      return createAlipayPhones({ aesKey: settings.alipayContentKey, alipayKey });
    }),
  };
  const biometrics: Readonly<Record<Host, () => Promise<HostBiometrics>>> = {
    weapp: madeOnce(async () => {
      const { createWeappBiometrics } = await import('../gateways/hosts/weapp-biometrics');
      return createWeappBiometrics(await server());
    }),
    alipay: madeOnce(async () => {
      const { createAlipayBiometrics } = await import('../gateways/hosts/alipay-biometrics');
      const { createAlipayClient } = await import('../gateways/alipay');
      return createAlipayBiometrics(createAlipayClient(settings.alipay));
    }),
  };
  return {
    biometrics: (host) => biometrics[host](),
    phones: (host) => phones[host](),
    messenger: (host) => messengers[host](),
    shipping: madeOnce(async () => {
      const { createWeappShipping } = await import('../gateways/hosts/weapp-shipping');
      return createWeappShipping(await server(), settings.wechatpay);
    }),
  };
}
