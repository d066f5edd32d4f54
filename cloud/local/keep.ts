import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { generateKeys, type SandboxKeys } from '../sandbox';

/** What a restart must find again, or sessions and the sandbox's users would be lost. */
export interface Kept {
  readonly keys: SandboxKeys;
  readonly sessionSecret: string;
  readonly jobSecret: string;
  readonly identityKeys: string;
  readonly ledgerSigningKey: string;
  readonly vaultKeys: { readonly master: string; readonly index: string };
  readonly operatorTokens: { readonly alice: string; readonly bob: string };
}

/** The secrets of this machine's own cloud, made on the first start. */
export async function keptSecrets(dataDir: string): Promise<Kept> {
  const file = path.join(dataDir, 'secrets.json');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const secret = (): string => randomBytes(32).toString('base64');
  const parts = known === undefined ? {} : (JSON.parse(known) as Partial<Kept>);
  const kept: Kept = {
    keys: parts.keys ?? (await generateKeys(new Date())),
    sessionSecret: parts.sessionSecret ?? secret(),
    jobSecret: parts.jobSecret ?? secret(),
    identityKeys: parts.identityKeys ?? `k1:${secret()}`,
    ledgerSigningKey: parts.ledgerSigningKey ?? newSigningKey(),
    vaultKeys: parts.vaultKeys ?? { master: secret(), index: secret() },
    operatorTokens: parts.operatorTokens ?? { alice: secret(), bob: secret() },
  };
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify(kept), { mode: 0o600 });
  return kept;
}

/** Ed25519, PKCS#8 PEM. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
