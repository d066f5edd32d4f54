import type { Reader } from './settings';

export interface RateSettings {
  /** All limits are multiplied by it. */
  readonly factor: number;
  /** Proxies before us that add to `X-Forwarded-For`. */
  readonly proxyHops: number;
}

/** Limits of rates; the standard ones, and no proxies, where nothing is said. */
export function readRates(reader: Reader): RateSettings {
  const number = (name: string, hint: string, pattern: RegExp, standard: number): number =>
    reader.optional(name) === undefined
      ? standard
      : Number(reader.required(name, hint, (value) => (pattern.test(value) ? value : undefined)));
  return {
    factor: number(
      'RATE_LIMIT_FACTOR',
      'give a number above 0 that all limits of rates are multiplied by, or leave it out',
      /^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,3})?$/,
      1,
    ),
    proxyHops: number(
      'PROXY_HOPS',
      'give the number of proxies before the API that add to X-Forwarded-For (0 to 9), or leave it out',
      /^\d$/,
      0,
    ),
  };
}
