import { useCallback, useEffect, useState } from 'react';

import { AMOUNT_FEN_MIN } from '../../../cloud/contract/limits';
import type { Merchant, Payee } from '../../../cloud/contract/types';
import { api } from '../../client';

/** Whom the page was opened for. */
export interface PayeeRequest {
  readonly merchantId?: string;
  readonly linkCode?: string;
}

/** Who is paid, and what the payer may choose. */
export interface LoadedPayee {
  readonly payee: Payee;
  readonly merchant: Merchant;
  readonly remark: string;
  /** Set by the merchant's link; undefined where the payer enters it. */
  readonly fixedAmountFen: number | undefined;
}

async function load({ merchantId, linkCode }: PayeeRequest): Promise<LoadedPayee | undefined> {
  if (merchantId) {
    const merchant = await api.merchant(merchantId);
    return { payee: { merchantId }, merchant, remark: '', fixedAmountFen: undefined };
  }
  if (!linkCode) return undefined;
  const { merchant, remark, amountFen } = await api.link(linkCode);
  const fixed = amountFen !== null && amountFen >= AMOUNT_FEN_MIN;
  return { payee: { linkCode }, merchant, remark, fixedAmountFen: fixed ? amountFen : undefined };
}

/** Loads the payee. `loaded` without `payee` means that nobody was asked for. */
export function usePayee({ merchantId, linkCode }: PayeeRequest) {
  const [state, setState] = useState<{ loaded: boolean; payee?: LoadedPayee; error?: unknown }>({
    loaded: false,
  });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let left = false;
    setState({ loaded: false });
    load({ merchantId, linkCode }).then(
      (payee) => !left && setState({ loaded: true, payee }),
      (error: unknown) => !left && setState({ loaded: true, error }),
    );
    return () => {
      left = true;
    };
  }, [merchantId, linkCode, round]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { ...state, reload };
}
