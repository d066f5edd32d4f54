import type { BiometricMode, BiometricOutcome, BiometricSupport } from './host';

/** What both hosts call the ways in which they recognise their user. */
export type NativeMode = 'fingerPrint' | 'facial';

const MODES = ['fingerPrint', 'facial'] as const;

export const modeOf = (native: NativeMode): BiometricMode => (native === 'facial' ? 'face' : 'fingerprint');
export const nativeOf = (mode: BiometricMode): NativeMode => (mode === 'face' ? 'facial' : 'fingerPrint');

/** The first way in which the phone can recognise its owner, who must have shown it a finger or a face before. */
export async function supportOf(
  supported: readonly string[],
  isEnrolled: (mode: NativeMode) => Promise<boolean>,
): Promise<BiometricSupport> {
  const able = MODES.filter((mode) => supported.includes(mode));
  for (const mode of able) if (await isEnrolled(mode)) return modeOf(mode);
  return able.length === 0 ? 'unavailable' : 'not_enrolled';
}

type Refusal = Exclude<BiometricOutcome['outcome'], 'recognised'>;

const REFUSALS: Readonly<Record<number, Refusal>> = {
  90001: 'unavailable',
  90003: 'unavailable',
  90008: 'cancelled',
  90010: 'frozen',
  90011: 'unavailable',
  61003: 'cancelled',
};

/** Reads `errCode` of wx.startSoterAuthentication and `error` of my.startIfaaAuthentication. */
export const refusalOf = (code: number | undefined): Refusal => REFUSALS[code ?? 0] ?? 'failed';
