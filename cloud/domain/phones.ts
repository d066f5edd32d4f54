import { Secret } from './secret';

/** A mobile number of mainland China: the only ones that notices and codes are sent to. */
export interface Phone {
  /** E.164: `+86` and eleven digits. */
  readonly number: Secret;
  /** First three and last four digits, as JR/T 0171-2020 has phones shown. */
  readonly masked: string;
}

const COUNTRY_CODE = '86';
const NATIONAL = /^1[3-9]\d{9}$/;

/** A number as a host tells it, without its country code; undefined where it is no mobile number of mainland China. */
export function readPhone(national: string, countryCode = COUNTRY_CODE): Phone | undefined {
  if (countryCode !== COUNTRY_CODE || !NATIONAL.test(national)) return undefined;
  const masked = `${national.slice(0, 3)}****${national.slice(-4)}`;
  return { number: new Secret(`+${COUNTRY_CODE}${national}`, masked), masked };
}

/** The digits by which people know their own number, of one that `readPhone` made. */
export const nationalDigits = (number: Secret): string => number.reveal().slice(COUNTRY_CODE.length + 1);
