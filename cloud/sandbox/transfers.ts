/** What a merchant asks for: fixed from the first call on, a repeated number must bring the same. */
export interface TransferTerms {
  readonly number: string;
  readonly amountFen: number;
  /** Open id or sign-in name of who is paid. */
  readonly payee: string;
  readonly payeeName: string | undefined;
  readonly remark: string;
  readonly notifyUrl: string | undefined;
}

export type TransferState = 'processing' | 'awaiting_payee' | 'succeeded' | 'failed' | 'returned';

export interface Transfer {
  readonly terms: TransferTerms;
  readonly billNumber: string;
  readonly createdAt: Date;
  updatedAt: Date;
  state: TransferState;
  /** The gateway's word for why it failed or came back. */
  reason: string | undefined;
}

export type TransferAction = 'confirm' | 'fail' | 'return';

export interface TransferBookOptions {
  readonly now: () => Date;
  readonly newBillNumber: () => string;
  /** Where a transfer begins unless another beginning was planned. */
  readonly begins: 'awaiting_payee' | 'succeeded';
  /** How long a payee takes to confirm, in ms; undefined for one who does when told to. */
  readonly payeeConfirmsAfterMs: (payee: string) => number | undefined;
  /** Why a transfer that nobody confirmed within a day fails. */
  readonly overdueReason: string;
  readonly onEnd: (transfer: Transfer) => void;
}

const CONFIRM_WITHIN_MS = 24 * 3_600_000;

/** A merchant's transfers to people through one gateway. Amounts in fen. */
export class TransferBook {
  /** What the merchant has to pay out of; undefined: enough for anything. */
  balanceFen: number | undefined;
  private readonly byNumber = new Map<string, Transfer>();
  private readonly planned: { readonly state: 'processing' | 'failed'; readonly reason: string }[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly options: TransferBookOptions) {}

  /** How the next transfer begins. */
  plan(state: 'processing' | 'failed', reason: string): void {
    this.planned.push({ state, reason });
  }

  /** Makes a transfer; the same number with the same terms gives the same one. */
  make(terms: TransferTerms): Transfer | 'other_terms' | 'not_enough' {
    const known = this.find(terms.number);
    if (known !== undefined) {
      return JSON.stringify(known.terms) === JSON.stringify(terms) ? known : 'other_terms';
    }
    if (this.balanceFen !== undefined) {
      if (this.balanceFen < terms.amountFen) return 'not_enough';
      this.balanceFen -= terms.amountFen;
    }
    const now = this.options.now();
    const transfer: Transfer = {
      terms,
      billNumber: this.options.newBillNumber(),
      createdAt: now,
      updatedAt: now,
      state: 'processing',
      reason: undefined,
    };
    this.byNumber.set(terms.number, transfer);
    const plan = this.planned.shift();
    if (plan?.state === 'failed') this.end(transfer, 'failed', plan.reason);
    else if (plan === undefined) this.begin(transfer);
    return transfer;
  }

  find(number: string): Transfer | undefined {
    const transfer = this.byNumber.get(number);
    if (transfer?.state === 'awaiting_payee') {
      const ageMs = this.options.now().getTime() - transfer.createdAt.getTime();
      if (ageMs > CONFIRM_WITHIN_MS) this.end(transfer, 'failed', this.options.overdueReason);
    }
    return transfer;
  }

  /** What the payee or the gateway does; false where the transfer is beyond that. */
  decide(transfer: Transfer, action: TransferAction, reason: string): boolean {
    const open = transfer.state === 'processing' || transfer.state === 'awaiting_payee';
    if (action === 'return' ? transfer.state !== 'succeeded' : !open) return false;
    const state = ({ confirm: 'succeeded', fail: 'failed', return: 'returned' } as const)[action];
    this.end(transfer, state, action === 'confirm' ? undefined : reason);
    return true;
  }

  /** All transfers, oldest first. */
  list(): readonly Transfer[] {
    return [...this.byNumber.values()];
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private begin(transfer: Transfer): void {
    if (this.options.begins === 'succeeded') {
      this.end(transfer, 'succeeded', undefined);
      return;
    }
    transfer.state = 'awaiting_payee';
    const confirmsAfterMs = this.options.payeeConfirmsAfterMs(transfer.terms.payee);
    if (confirmsAfterMs === undefined) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.decide(transfer, 'confirm', '');
    }, confirmsAfterMs);
    this.timers.add(timer);
  }

  private end(
    transfer: Transfer,
    state: 'succeeded' | 'failed' | 'returned',
    reason: string | undefined,
  ): void {
    transfer.state = state;
    transfer.reason = reason;
    transfer.updatedAt = this.options.now();
    if (state !== 'succeeded' && this.balanceFen !== undefined) this.balanceFen += transfer.terms.amountFen;
    this.options.onEnd(transfer);
  }
}
