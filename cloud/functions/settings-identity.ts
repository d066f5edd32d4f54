import { STEP_UP_POLICY, type StepUpPolicy } from '../domain/identity';
import type { Reader } from './settings';

/** A secret outside the database from which the keys of PINs are made. */
export interface IdentityKey {
  /** Kept with whatever was made with it. */
  readonly id: string;
  readonly secret: string;
}

export interface IdentitySettings {
  /** The first is used for what is new; the others still open what is old. */
  readonly keys: readonly IdentityKey[];
  readonly stepUp: StepUpPolicy;
}

const KEY = /^([a-z0-9]{1,16}):(\S{32,})$/;
const HINT =
  'give name:secret with at least 32 random characters (openssl rand -base64 32); after a change the old ones behind it, with commas between';

/** Keys of PINs, and from which amounts on a payment asks for one. */
export function readIdentity(reader: Reader): IdentitySettings {
  const keys: IdentityKey[] = [];
  reader.required('IDENTITY_KEYS', HINT, (value) => {
    for (const text of value.split(',')) {
      const [, id, secret] = KEY.exec(text.trim()) ?? [];
      if (id === undefined || secret === undefined || keys.some((key) => key.id === id)) return undefined;
      keys.push({ id, secret });
    }
    return value;
  });
  const amountFen = (name: string, standard: number): number =>
    reader.optional(name) === undefined
      ? standard
      : Number(
          reader.required(name, 'give an amount in fen, or leave it out', (value) =>
            /^\d{1,12}$/.test(value) ? value : undefined,
          ),
        );
  return {
    keys,
    stepUp: {
      countFromFen: amountFen('STEP_UP_COUNT_FROM_FEN', STEP_UP_POLICY.countFromFen),
      freePerDayFen: amountFen('STEP_UP_FREE_PER_DAY_FEN', STEP_UP_POLICY.freePerDayFen),
      oneFactorPerDayFen: amountFen('STEP_UP_ONE_FACTOR_PER_DAY_FEN', STEP_UP_POLICY.oneFactorPerDayFen),
    },
  };
}
