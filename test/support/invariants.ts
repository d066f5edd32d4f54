import { refundsInvariants, verifyLedger, type Database } from '../../cloud/store';

/** What is wrong with everything stored, in words; empty where every invariant holds. */
export async function brokenInvariants(db: Database): Promise<readonly string[]> {
  const broken = [...(await verifyLedger(db)).violations];
  for (const { name, violations } of refundsInvariants) {
    const { rows } = await violations.execute(db);
    broken.push(...rows.map(({ violation }) => `${name}: ${violation}`));
  }
  return broken;
}
