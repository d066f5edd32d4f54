import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { migrate, openDatabase } from '../../store';
import { freePort } from '../ports';
import { startPostgres } from '../postgres';

const run = promisify(execFile);

/** Complete settings that lead nowhere but to the database: all that a function needs to become ready. */
export function idleSettings(databaseUrl: string): Record<string, string> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    DATABASE_URL: databaseUrl,
    PUBLIC_BASE_URL: 'http://127.0.0.1:9000',
    SESSION_SECRET: 'a secret that opens nothing but this idle process',
    IDENTITY_KEYS: 'k1:a-secret-that-opens-nothing-but-this-idle-process',
    NODE_ENV: 'test',
    WECHAT_APP_ID: 'wx0123456789abcdef',
    WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
    WECHATPAY_MCH_ID: '1900000001',
    WECHATPAY_MCH_SERIAL: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    WECHATPAY_MCH_PRIVATE_KEY: privateKey,
    WECHATPAY_APIV3_KEY: 'k'.repeat(32),
    ALIPAY_APP_ID: '2021000000000001',
    ALIPAY_APP_PRIVATE_KEY: privateKey,
    ALIPAY_SELLER_ID: '2088000000000001',
    ALIPAY_PUBLIC_KEY: publicKey,
  };
}

/**
 * Starts each bundled function once, on a real database that is thrown away, and keeps what V8 compiled until its first
 * answer beside it. `warm` is the bundled `warm.ts`.
 * @throws where a function does not become ready.
 */
export async function cacheCode(warm: string, folders: readonly string[]): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-build-'));
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    const databaseUrl = await postgres.ensureDatabase('tpwallet');
    const db = openDatabase({ url: databaseUrl, poolMax: 1 });
    await migrate(db);
    await db.destroy();
    const settings = idleSettings(databaseUrl);
    for (const folder of folders) {
      const port = String(await freePort());
      await run(process.execPath, [warm, folder], {
        env: { PATH: process.env.PATH, TZ: 'Asia/Shanghai', ...settings, PORT: port },
      });
    }
  } finally {
    await postgres.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
