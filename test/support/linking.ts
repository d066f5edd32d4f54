import { randomBytes, randomUUID } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import type { Host } from '../../cloud/contract/types';
import { readPhone } from '../../cloud/domain/phones';
import { localKeyService } from '../../cloud/gateways/kms/local';
import type { Database } from '../../cloud/store';
import { putPhone } from '../../cloud/store/identity';
import { joinAccounts, keepLinkCode, sealCardsFor, type Joined } from '../../cloud/store/logins';
import type { VaultKeys } from '../../cloud/store/vault';
import { newAccount, NOW } from './store';

export const VAULT: VaultKeys = {
  service: localKeyService({ keys: new Map([['one', randomBytes(32)]]), currentKeyId: 'one', randomBytes }),
  indexKey: randomBytes(32),
  randomBytes,
};

export async function givePhone(db: Database, accountId: string, number: string): Promise<void> {
  const phone = readPhone(number);
  if (phone === undefined) throw new Error(`${number} is no phone`);
  const put = { accountId, recordId: uuidv7(), phone, trustedAfterMs: 86_400_000, now: NOW };
  await putPhone(db, VAULT, put, () => Promise.resolve());
}

/** One person's account in a host: it has the person's phone. */
export async function accountOf(db: Database, host: Host, number = '13800138000'): Promise<string> {
  const accountId = await newAccount(db, host);
  await givePhone(db, accountId, number);
  return accountId;
}

/** Makes a code for an account; its hash. */
export async function codeFor(db: Database, accountId: string): Promise<string> {
  const hash = randomUUID();
  await keepLinkCode(db, { accountId, hash, expiresAt: new Date(NOW.getTime() + 600_000), now: NOW });
  return hash;
}

/** Joins an account into another by a code of it; made now where none is given. */
export async function join(
  db: Database,
  both: { readonly into: string; readonly from: string; readonly hash?: string; readonly host?: Host },
): Promise<Joined> {
  const { into, from, host = 'alipay', hash = await codeFor(db, into) } = both;
  const cards = await sealCardsFor(db, VAULT, { into, from });
  const ids = { id: uuidv7(), sessionId: uuidv7(), newId: uuidv7 };
  return joinAccounts(db, { into, from, host, hash, cards, ...ids, now: NOW }, () => Promise.resolve());
}
