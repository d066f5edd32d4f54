import { useCallback, useEffect, useState } from 'react';

import { AMOUNT_FEN_MIN, QUOTE_LIFETIME_MS } from '../../../cloud/contract/limits';
import type { Payee, Quote } from '../../../cloud/contract/types';
import { api } from '../../client';

/** Long enough to skip the amounts between two key presses, short enough to feel live. */
const DEBOUNCE_MS = 250;
/** A quote is replaced this long before the server stops taking it. */
const RENEWAL_LEAD_MS = 20_000;

interface QuoteState {
  readonly quote?: Quote;
  readonly error?: unknown;
  readonly pending: boolean;
}

/** What the payer wishes of a price. */
interface QuoteWishes {
  readonly redeemPoints: boolean;
  /** Empty for none. */
  readonly couponCode: string;
}

/**
 * The price of an amount as it is wished, kept up to date: asked for once typing pauses, asked again before it expires.
 * Answers for an amount that is no longer shown are dropped. While `pending`, `quote` is the one before, to be shown but not confirmed.
 */
export function useQuote(
  payee: Payee | undefined,
  amountFen: number,
  { redeemPoints, couponCode }: QuoteWishes,
) {
  const [state, setState] = useState<QuoteState>({ pending: false });
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((count) => count + 1), []);

  useEffect(() => {
    if (!payee || amountFen < AMOUNT_FEN_MIN) {
      setState({ pending: false });
      return undefined;
    }
    let stale = false;
    let renewal: ReturnType<typeof setTimeout> | undefined;
    setState(({ quote }) => ({ quote, pending: true }));
    const debounce = setTimeout(() => {
      api.quote({ payee, amountFen, redeemPoints, ...(couponCode !== '' && { couponCode }) }).then(
        (quote) => {
          if (stale) return;
          setState({ quote, pending: false });
          renewal = setTimeout(refresh, QUOTE_LIFETIME_MS - RENEWAL_LEAD_MS);
        },
        (error: unknown) => !stale && setState({ error, pending: false }),
      );
    }, DEBOUNCE_MS);
    return () => {
      stale = true;
      clearTimeout(debounce);
      clearTimeout(renewal);
    };
  }, [payee, amountFen, redeemPoints, couponCode, round, refresh]);

  return { ...state, refresh };
}
