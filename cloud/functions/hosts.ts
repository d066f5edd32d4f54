import type { Host } from '../contract/types';
import { createAlipayClient } from '../gateways/alipay';
import { createAlipayMessenger } from '../gateways/hosts/alipay-messages';
import type { HostMessenger, Shipping } from '../gateways/hosts/port';
import { createWeappMessenger } from '../gateways/hosts/weapp-messages';
import { createWeappServer, type WeappServer } from '../gateways/hosts/weapp-server';
import { createWeappShipping } from '../gateways/hosts/weapp-shipping';
import type { Dependencies, Hosts } from './dependencies';
import type { Settings } from './settings';

/** The hosts' servers that the settings describe, each made when it is first asked for; WeChat's token is held by one. */
export function createHosts(settings: Settings, { now }: Pick<Dependencies, 'now'>): Hosts {
  const made: {
    server?: WeappServer;
    shipping?: Shipping;
    messengers: Partial<Record<Host, HostMessenger>>;
  } = { messengers: {} };
  const server = (): WeappServer => (made.server ??= createWeappServer({ ...settings.wechat, now }));
  const makers: Readonly<Record<Host, () => HostMessenger>> = {
    weapp: () => createWeappMessenger(server()),
    alipay: () => createAlipayMessenger(createAlipayClient(settings.alipay)),
  };
  return {
    async messenger(host) {
      return (made.messengers[host] ??= makers[host]());
    },
    async shipping() {
      return (made.shipping ??= createWeappShipping(server(), settings.wechatpay));
    },
  };
}
