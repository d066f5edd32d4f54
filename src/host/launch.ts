import { linkCodeFrom } from '../../cloud/contract/paths';
import type { LaunchOptions } from './host';

/**
 * The first of the named query values that holds a link code, such as WeChat's `scene` (a code) and `q` (the printed
 * link, URL-encoded) or Alipay's `qrCode` (the printed link).
 */
export function linkFromQuery(
  options: LaunchOptions | undefined,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = options?.query?.[name];
    const code = value ? linkCodeFrom(value) : undefined;
    if (code) return code;
  }
  return undefined;
}
