import { existsSync } from 'node:fs';
import path from 'node:path';

import { isLedgerSignature, ledgerSigner } from '../functions/ledger/key';
import { readSigningKey } from '../functions/settings-pem';
import { isReady, openDatabase, verifyBlocks, verifyLedger } from '../store';
import { ROOT } from './builds';
import { keptSecrets } from './keep';
import { PostgresStartError, runningDatabase, startPostgres, type RunningPostgres } from './postgres';

const say = (line: string): void => console.error(line);
const DATABASE = 'tpwallet';
const PROGRESS_EVERY_MS = 2_000;

/** What keeps the check from being made, told without a stack. */
class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

interface Ledger {
  readonly url: string;
  /** PEM; undefined where the keys of the blocks can only be believed. */
  readonly signingKey: string | undefined;
  readonly postgres?: RunningPostgres;
}

/** The ledger of DATABASE_URL, or that of the local data folder, whether `npm start` runs on it or not. */
async function findLedger(): Promise<Ledger> {
  const given = process.env.LEDGER_SIGNING_KEY;
  const signingKey = given ? readSigningKey(given) : undefined;
  if (given && signingKey === undefined)
    throw new VerifyError('LEDGER_SIGNING_KEY is no Ed25519 private key.');
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, signingKey };
  const dataDir = path.resolve(ROOT, process.env.DATA_DIR ?? '.data');
  if (!existsSync(path.join(dataDir, 'cluster'))) {
    throw new VerifyError(
      `There is no ledger: set DATABASE_URL, or run \`npm start\` once to make ${dataDir}.`,
    );
  }
  const kept = await keptSecrets(dataDir);
  const running = await runningDatabase(dataDir, DATABASE);
  if (running !== undefined) return { url: running, signingKey: kept.ledgerSigningKey };
  const postgres = await startPostgres({ dataDir, durable: true });
  return { url: postgres.url(DATABASE), signingKey: kept.ledgerSigningKey, postgres };
}

/** `npm run ledger:verify`: every invariant over everything, then every block computed again. */
async function main(): Promise<number> {
  const startedAt = performance.now();
  const { url, signingKey, postgres } = await findLedger();
  const db = openDatabase({ url, poolMax: 2 });
  try {
    if (!(await isReady(db)))
      throw new VerifyError('The database is not up to date: run `npm run db:migrate`.');
    let begunAt = performance.now();
    const { entries, violations } = await verifyLedger(db, {
      onInvariant: (name) => {
        say(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${name}`);
        begunAt = performance.now();
      },
    });
    if (signingKey === undefined)
      say('LEDGER_SIGNING_KEY is not set: signatures are checked, their keys believed.');
    const ours = signingKey === undefined ? undefined : Buffer.from(ledgerSigner(signingKey).publicKey);
    const blocks = await verifyBlocks(db, {
      isSigned: isLedgerSignature,
      ...(ours && { isTrusted: (key: Uint8Array) => ours.equals(key) }),
      onBlock: (number, leaves) => {
        if (performance.now() - begunAt < PROGRESS_EVERY_MS) return;
        begunAt = performance.now();
        say(`${((begunAt - startedAt) / 1000).toFixed(1)} s  block ${number}, ${leaves} postings`);
      },
    });
    const found = [...violations, ...blocks.violations];
    for (const violation of found) say(`  ! ${violation}`);
    const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    const { maxRSS } = process.resourceUsage();
    console.log(
      JSON.stringify({
        entries,
        violations: found.length,
        seconds,
        blocks: blocks.blocks,
        sealed: blocks.leaves,
        peak_mb: Math.round(maxRSS / 1024),
      }),
    );
    return found.length === 0 ? 0 : 1;
  } finally {
    await db.destroy();
    await postgres?.close();
  }
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    const told = error instanceof VerifyError || error instanceof PostgresStartError;
    const database = error instanceof Error && 'code' in error;
    if (told) say(error.message);
    else if (database) say(`The database cannot be read: ${error.message}`);
    else console.error(error);
    process.exit(2);
  },
);
