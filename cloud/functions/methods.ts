import type { Host, Method, MethodPrice } from '../contract/types';
import type { GatewayName } from '../gateways/port';

/** The gateway behind each payment method. */
export const GATEWAY_OF: Readonly<Record<Method, GatewayName>> = { wechat: 'wechatpay', alipay: 'alipay' };

const NATIVE_METHOD: Readonly<Record<Host, Method>> = { weapp: 'wechat', alipay: 'alipay' };

/** Whether the host opens this method's own payment window; the other method is reached by a code. */
export const isNative = (host: Host, method: Method): boolean => NATIVE_METHOD[host] === method;

/** How a method can be used inside a host now. `isUp` tells whether a gateway's breaker lets calls through. */
export function availability(
  host: Host,
  method: Method,
  isUp: (gateway: GatewayName) => boolean,
): MethodPrice['availability'] {
  if (!isUp(GATEWAY_OF[method])) return 'unavailable';
  return isNative(host, method) ? 'native' : 'handoff';
}
