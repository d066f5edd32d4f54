import type { ColumnType } from 'kysely';

import type { CardKind, CardScheme } from '../../domain/cards';
import type { VaultPurpose } from '../../domain/vault';

type Fixed<T> = ColumnType<T, T, never>;

export interface VaultRecordsTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  purpose: Fixed<VaultPurpose>;
  iv: Fixed<Uint8Array>;
  ciphertext: Fixed<Uint8Array>;
  blindIndex: Fixed<Uint8Array>;
  createdAt: Fixed<Date>;
}

export interface VaultKeysTable {
  accountId: Fixed<string>;
  recordId: Fixed<string>;
  keyId: string;
  wrappedKey: Uint8Array;
}

export interface BankCardsTable {
  accountId: string;
  /** Also the id of its record in the vault. */
  id: Fixed<string>;
  scheme: Fixed<CardScheme>;
  bank: Fixed<string | null>;
  kind: Fixed<CardKind | null>;
  lastFour: Fixed<string>;
  boundAt: Fixed<Date>;
  deletedAt: Date | null;
}
