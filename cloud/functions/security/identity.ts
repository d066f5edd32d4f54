import type { IdentityKey } from '../settings-identity';
import { oneTimeCodes, type OneTimeCodes } from './one-time-codes';
import { pinHasher, type PinHasher } from './pin-hash';
import { sealing, type Sealing } from './sealing';
import { smsCodes, type SmsCodes } from './sms-hash';
import { turns, type Turns } from './turns';

/** Each hash takes 16 MiB and a core for a while: two at once leave room for payments on a small instance. */
const HASHES_AT_ONCE = 2;
const HASHES_WAITING = 64;

/** What proves who somebody is, made from secrets outside the database. */
export interface Identity {
  readonly pins: PinHasher;
  readonly sealing: Sealing;
  readonly codes: OneTimeCodes;
  readonly sms: SmsCodes;
  /** In which PINs are looked at. */
  readonly turns: Turns;
}

export const createIdentity = (
  keys: readonly IdentityKey[],
  randomBytes: (length: number) => Uint8Array,
): Identity => ({
  pins: pinHasher(keys, randomBytes),
  sealing: sealing(keys),
  codes: oneTimeCodes(keys, randomBytes),
  sms: smsCodes(keys, randomBytes),
  turns: turns({ atOnce: HASHES_AT_ONCE, waiting: HASHES_WAITING }),
});
