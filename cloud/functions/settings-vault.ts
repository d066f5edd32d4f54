import type { Reader } from './settings';

export interface VaultSettings {
  /** Master keys of 32 bytes by their ids. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  /** The one that new data keys are wrapped by. */
  readonly currentKeyId: string;
  /** Key of the blind index, 32 bytes. */
  readonly indexKey: Uint8Array;
}

const KEYS_HINT =
  'give id:key for each master key, the current one first, with commas between; a key is 32 random bytes as base64 (openssl rand -base64 32); or leave VAULT_KEYS and VAULT_INDEX_KEY out';
const INDEX_HINT =
  'give 32 random bytes as base64 that are no master key (openssl rand -base64 32), or leave it out with VAULT_KEYS';
const KEY = /^([a-z0-9][a-z0-9_-]{0,31}):([A-Za-z0-9+/]{43}=)$/;
const BYTES = /^[A-Za-z0-9+/]{43}=$/;

/** Keys of the vault; undefined where there are none, which turns off whatever needs it. */
export function readVault(reader: Reader): VaultSettings | undefined {
  if (reader.optional('VAULT_KEYS') === undefined && reader.optional('VAULT_INDEX_KEY') === undefined)
    return undefined;
  const keys = new Map<string, Uint8Array>();
  reader.required('VAULT_KEYS', KEYS_HINT, (value) => {
    for (const text of value.split(',')) {
      const [, id, key] = KEY.exec(text.trim()) ?? [];
      if (id === undefined || key === undefined || keys.has(id)) return undefined;
      keys.set(id, Buffer.from(key, 'base64'));
    }
    return value;
  });
  const indexKey = Buffer.from(
    reader.required('VAULT_INDEX_KEY', INDEX_HINT, (value) =>
      BYTES.test(value) && ![...keys.values()].some((key) => Buffer.from(value, 'base64').equals(key))
        ? value
        : undefined,
    ),
    'base64',
  );
  return { keys, currentKeyId: [...keys.keys()][0] ?? '', indexKey };
}
