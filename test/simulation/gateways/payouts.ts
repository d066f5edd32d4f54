import { BookError } from './kept';

/** A payout as its gateway knows it; amounts in fen. */
export interface BookPayout {
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly payee: string;
  readonly billNumber: string;
  /** In ms. */
  readonly takenAtMs: number;
  state: 'processing' | 'awaiting_payee' | 'paid' | 'failed' | 'returned';
  /** It took longer than its answer. */
  slow: boolean;
}

/** What one gateway paid out for the merchant, and to whom it cannot. */
export class PayoutBook {
  readonly payouts = new Map<string, BookPayout>();
  /** Accounts that take no money for now. */
  readonly closed = new Set<string>();
  /** Whether payouts take long for now, where they are otherwise done when asked. */
  slow = false;

  constructor(
    private readonly gateway: string,
    private readonly nowMs: () => number,
    private readonly asksPayee: boolean,
    private readonly tell: (payout: BookPayout) => void,
  ) {}

  payOut(request: { outBillNo: string; amountFen: number; payee: string }): BookPayout {
    const known = this.payouts.get(request.outBillNo);
    if (known !== undefined) {
      const same = known.amountFen === request.amountFen && known.payee === request.payee;
      if (!same) throw new BookError('refused', 'PAYOUT_NUMBER_USED');
      return known;
    }
    if (this.closed.has(request.payee)) throw new BookError('refused', 'PAYEE_CLOSED');
    const payout: BookPayout = {
      ...request,
      billNumber: `${this.gateway}-payout-${this.payouts.size + 1}`,
      takenAtMs: this.nowMs(),
      state: this.slow ? 'processing' : this.asksPayee ? 'awaiting_payee' : 'paid',
      slow: this.slow,
    };
    this.payouts.set(payout.outBillNo, payout);
    return payout;
  }

  /** Money arrives, does not, or comes back. */
  end(payout: BookPayout, state: 'paid' | 'failed' | 'returned'): void {
    payout.state = state;
    this.tell(payout);
  }

  inState(...states: readonly BookPayout['state'][]): readonly BookPayout[] {
    return [...this.payouts.values()].filter(({ state }) => states.includes(state));
  }

  /** What has left for good. */
  paidFen(): number {
    return this.inState('paid').reduce((sum, { amountFen }) => sum + amountFen, 0);
  }
}
