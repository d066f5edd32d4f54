import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import { Secret } from '../../cloud/domain/secret';
import { localKeyService } from '../../cloud/gateways/kms/local';
import { migrate, openDatabase } from '../../cloud/store';
import {
  open,
  openFromVault,
  putInVault,
  seal,
  type RecordName,
  type VaultKeys,
} from '../../cloud/store/vault';
import { newAccount, NOW } from '../support/store';
import { startBenchPostgres } from './database';
import { inTurn, percentile, rounded, saturate, type Context, type Finding } from './figures';

const VALUES = 5_000;
const CLIENTS = 8;
const FOR_MS = 3_000;

/** One AES-256-GCM encryption and decryption under one key: as little as keeping a value secret can be. */
async function plainCipher(value: string): Promise<void> {
  const key = randomBytes(32);
  for (let done = 0; done < VALUES; done += 1) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const sealed = Buffer.concat([cipher.update(value), cipher.final()]);
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    decipher.setAuthTag(cipher.getAuthTag());
    const opened = Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
    if (opened !== value) throw new Error('the cipher did not give back what it was given');
  }
}

/**
 * Values sealed and opened per second with the local key service, beside a bare cipher under one key. Then the same with the
 * database between: values put in and opened per second by several clients.
 */
export async function measure(context: Context): Promise<Finding> {
  const keys: VaultKeys = {
    service: localKeyService({
      keys: new Map([['bench', randomBytes(32)]]),
      currentKeyId: 'bench',
      randomBytes,
    }),
    indexKey: randomBytes(32),
    randomBytes,
  };
  const value = '6222021234567890128';
  const secret = new Secret(value);
  const perSecond = async (work: () => Promise<void>): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return (VALUES * 1_000) / (performance.now() - startedAt);
  };
  const found = await inTurn(
    context,
    {
      ours: () =>
        perSecond(async () => {
          for (let done = 0; done < VALUES; done += 1) {
            const place = { accountId: 'account', id: `${done}`, purpose: 'card' } as const;
            const opened = await open(keys, place, await seal(keys, place, secret));
            if (opened.reveal() !== value) throw new Error('the vault did not give back what it was given');
          }
        }),
      peer: () => perSecond(() => plainCipher(value)),
    },
    'values/s',
  );
  const postgres = await startBenchPostgres();
  const db = openDatabase({ url: await postgres.ensureDatabase('tpwallet'), poolMax: CLIENTS });
  try {
    await migrate(db);
    const accountId = await newAccount(db);
    const names: RecordName[] = [];
    const put = await saturate({
      clients: CLIENTS,
      forMs: FOR_MS,
      work: async () => {
        const name = { accountId, id: uuidv7() };
        await putInVault(db, keys, { ...name, purpose: 'phone', value: new Secret(name.id), now: NOW });
        names.push(name);
      },
    });
    let next = 0;
    const opened = await saturate({
      clients: CLIENTS,
      forMs: FOR_MS,
      work: () => openFromVault(db, keys, names[(next += 1) % names.length] ?? { accountId, id: accountId }),
    });
    context.say(`${Math.round(put.perSecond)} put in and ${Math.round(opened.perSecond)} opened per second`);
    return {
      figures: {
        ours: Math.round(found.ours),
        peer: Math.round(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'values/s',
        peer_name: 'AES-256-GCM of node:crypto under one key',
        put_per_second: Math.round(put.perSecond),
        opened_per_second: Math.round(opened.perSecond),
        p50: rounded(percentile(opened.latenciesMs, 0.5)),
        p99: rounded(percentile(opened.latenciesMs, 0.99)),
      },
      broken: [],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
