import { verifyLedger, type Database } from '../../cloud/store';

/** What is wrong with everything stored, in words; empty where every invariant holds. */
export const brokenInvariants = async (db: Database): Promise<readonly string[]> =>
  (await verifyLedger(db)).violations;
