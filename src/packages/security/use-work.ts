import { useState } from 'react';

import type { Security } from '../../../cloud/contract/types';

import { problemText } from './problem';

/** Runs what a button of the security centre does, one at a time, and tells what went wrong. */
export function useWork(onChanged: (security: Security) => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<Security | undefined>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await work();
      if (now) onChanged(now);
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
