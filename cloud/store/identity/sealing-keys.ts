import type { Database } from '../database';

/** A key to which a device seals one secret. */
export interface SealingKey {
  readonly accountId: string;
  readonly sessionId: string;
  readonly id: string;
}

/** Issues a key; those of the account that ran out are forgotten. */
export async function issueSealingKey(
  db: Database,
  key: SealingKey & { readonly expiresAt: Date; readonly now: Date },
): Promise<void> {
  const { now, ...columns } = key;
  await db
    .with('forgotten', (part) =>
      part.deleteFrom('sealingKeys').where('accountId', '=', key.accountId).where('expiresAt', '<=', now),
    )
    .insertInto('sealingKeys')
    .values(columns)
    .execute();
}

/** Takes a key away, which only one caller can; false where it is another's, was used or ran out. */
export async function takeSealingKey(
  db: Database,
  key: SealingKey & { readonly now: Date },
): Promise<boolean> {
  const taken = await db
    .deleteFrom('sealingKeys')
    .where('accountId', '=', key.accountId)
    .where('id', '=', key.id)
    .where('sessionId', '=', key.sessionId)
    .where('expiresAt', '>', key.now)
    .returning('id')
    .execute();
  return taken.length > 0;
}
