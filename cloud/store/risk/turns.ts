import { sql } from 'kysely';

import type { RiskEvent } from '../../domain/risk';
import type { Database } from '../database';

/** Arbitrary numbers of the two kinds of turns. */
const ACCOUNT_TURN = 3_524_581;
const DEVICE_TURN = 3_524_582;

/**
 * Waits until no other event of the account, or of its device, is being judged, to the end of the transaction: what counts
 * those before it must not miss one that comes at the same moment. The account always comes first, so nobody waits in a ring.
 */
export async function takeTurn(
  transaction: Database,
  { user, device }: Pick<RiskEvent, 'user' | 'device'>,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ACCOUNT_TURN}::integer, hashtext(${user}))`.execute(transaction);
  if (device === '') return;
  await sql`select pg_advisory_xact_lock(${DEVICE_TURN}::integer, hashtext(${device}))`.execute(transaction);
}
