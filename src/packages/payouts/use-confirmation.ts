import { useEffect, useRef, useState } from 'react';

import type { IncomingPayout } from '../../../cloud/contract/types';
import { api, CONFIRMING_PAUSES_MS, poll, sleep } from '../../client';
import { host, type PayoutConfirmation } from '../../host';

/** Pauses after the host's page was left: it may have been left unconfirmed, so nobody waits a whole minute. */
const PAUSES_MS = CONFIRMING_PAUSES_MS.slice(0, 6);

/** How far the confirmation is, where there is something to say beyond the payout's own state. */
export type ConfirmationStep = 'confirming' | 'still_waiting' | 'cancelled' | 'failed' | 'unavailable';

const isOpen = ({ state }: IncomingPayout): boolean =>
  state === 'on_its_way' || state === 'awaiting_confirmation';

/** Follows a payout while its payee confirms it. What the host's page reports is no proof: the server is asked. */
export function useConfirmation(first: IncomingPayout) {
  const [payout, setPayout] = useState(first);
  const [step, setStep] = useState<ConfirmationStep>();
  const [problem, setProblem] = useState<unknown>();
  const left = useRef(false);
  useEffect(() => setPayout(first), [first]);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);

  const ask = async (pausesMs: readonly number[]): Promise<void> => {
    setStep('confirming');
    setProblem(undefined);
    let failure: unknown;
    const { answer, final } = await poll({
      ask: async () => {
        try {
          return await api.payout(first.id);
        } catch (error) {
          failure = error;
          throw error;
        }
      },
      done: (known) => !isOpen(known),
      pausesMs,
      sleep,
      abandoned: () => left.current,
    });
    if (left.current) return;
    if (answer) setPayout(answer);
    else setProblem(failure);
    setStep(final || !answer ? undefined : 'still_waiting');
  };

  const confirm = async (confirmation: PayoutConfirmation): Promise<void> => {
    setStep('confirming');
    const outcome = await host.confirmPayout(confirmation);
    if (outcome === 'closed') await ask(PAUSES_MS);
    else setStep(outcome);
  };

  return { payout, step, problem, confirm, refresh: () => ask([]) };
}
