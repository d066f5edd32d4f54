import { rewrapKeys } from '../../store/vault';
import type { Job } from './items';

/** Keys in one transaction, which waits for the key service once or twice for each. */
const KEYS_AT_ONCE = 50;
const BATCHES_MAX = 40;

/** Wraps data keys anew after the master key was changed; nothing to do otherwise. */
export const rewrapVaultKeys: Job = async (deps) => {
  const report = { rewrapped: 0, failed: 0 };
  if (deps.vault === undefined) return report;
  let after: string | undefined;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const done = await rewrapKeys(deps.db, deps.vault, { limit: KEYS_AT_ONCE, after });
    report.rewrapped += done.rewrapped;
    report.failed += done.failed.length;
    for (const record of done.failed) deps.log('error', 'vault_key_not_unwrapped', { record });
    if (done.last === undefined) break;
    after = done.last;
  }
  return report;
};
