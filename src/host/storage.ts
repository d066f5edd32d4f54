import Taro from '@tarojs/taro';

import type { HostStorage } from './host';

/** Device storage under a prefix. A full or damaged store loses values rather than the payment in progress. */
export function createStorage(prefix: string): HostStorage {
  const named = (key: string): string => `tpwallet.${prefix}.${key}`;
  return {
    get<T>(key: string): T | undefined {
      try {
        const value: unknown = Taro.getStorageSync(named(key));
        return value === '' || value === null ? undefined : (value as T | undefined);
      } catch {
        return undefined;
      }
    },
    set(key, value) {
      try {
        Taro.setStorageSync(named(key), value);
      } catch {
        // Nothing that is kept here is worth stopping a person for.
      }
    },
    remove(key) {
      try {
        Taro.removeStorageSync(named(key));
      } catch {
        // As above.
      }
    },
  };
}
