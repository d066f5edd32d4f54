import { useState } from 'react';

import { problemText } from './problem';

/** Runs what a button does, one at a time: hands over what comes of it, and tells what went wrong. */
export function useWork<Result>(onDone: (result: Result) => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<Result | undefined>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const result = await work();
      if (result !== undefined) onDone(result);
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
