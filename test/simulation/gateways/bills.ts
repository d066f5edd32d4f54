import type { BillKind, BillRow, TradeBillRow } from '../../../cloud/gateways/port';
import type { FaultName } from '../faults';
import { BookError, type BookPayment } from './kept';

/** How a day's bill can be wrong: the gateway's mistake in telling, or money moved otherwise than agreed. */
export const BILL_ERRORS = [
  'bill_row_missing',
  'bill_row_doubled',
  'bill_wrong_amount',
  'bill_wrong_sum',
  'bill_wrong_fee',
  'bill_foreign_row',
] as const satisfies readonly FaultName[];
export type BillErrorKind = (typeof BILL_ERRORS)[number];

export interface BillError {
  readonly kind: BillErrorKind;
  /** Day of the bill in China, `yyyy-MM-dd`. */
  readonly date: string;
  /** The row it is about; of `bill_wrong_sum` the kind of sum. */
  readonly number: string;
}

/** Whether money truly moved so: such a bill is never corrected, and a person books what it says. */
export const isTrue = ({ kind }: Pick<BillError, 'kind'>): boolean =>
  kind === 'bill_wrong_fee' || kind === 'bill_foreign_row';

const HOUR_MS = 3_600_000;
const READY_HOUR = 9;
const FOREIGN_FEN = 12_345;
/** What a fee is more than agreed, and a sum than its rows. */
const MORE_FEN = 7;

/** The day of an instant in China, `yyyy-MM-dd`, UTC+8 all year. */
export const chinaDay = (ms: number): string => new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 10);
/** When a day begins in China. */
export const chinaDayStartMs = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

/** The daily bills of one gateway. Made in the morning after the day; asked for again on another day, made anew. */
export class Bills {
  readonly errors: BillError[] = [];
  private readonly made = new Map<string, readonly TradeBillRow[]>();

  constructor(
    private readonly payments: ReadonlyMap<string, BookPayment>,
    private readonly nowMs: () => number,
  ) {}

  /** The rows of a day's bill. Throws BookError before it is made. */
  fetch(request: { readonly kind: BillKind; readonly date: string }): readonly BillRow[] {
    const { kind, date } = request;
    const today = chinaDay(this.nowMs());
    if (this.nowMs() < chinaDayStartMs(date) + (24 + READY_HOUR) * HOUR_MS) {
      throw new BookError('refused', 'BILL_NOT_READY');
    }
    // Whoever asks twice on one day gets the same file.
    const key = `${date} as of ${today}`;
    const rows = this.made.get(key) ?? this.wrong(date, this.rowsOf(date));
    this.made.set(key, rows);
    return kind === 'trade' ? rows : this.moved(date, rows);
  }

  /** All that a day's bill would say now, as one text: the same for the same bill. */
  digestOf(date: string): string {
    const rows = this.wrong(date, this.rowsOf(date));
    return JSON.stringify([rows, this.moved(date, rows)]);
  }

  /** The gateway sees its mistakes; what truly happened stays in its bills. */
  correct(): void {
    this.errors.splice(0, this.errors.length, ...this.errors.filter(isTrue));
  }

  /** Money that belongs to no payment of the merchant's. */
  foreignFen(): number {
    return this.errors.filter(({ kind }) => kind === 'bill_foreign_row').length * FOREIGN_FEN;
  }

  /** Days on which something happened, oldest first. */
  days(): readonly string[] {
    const times = [...this.payments.values()].flatMap(({ paidAtMs, refunds }) =>
      paidAtMs === undefined ? [] : [paidAtMs, ...refunds.map(({ takenAtMs }) => takenAtMs)],
    );
    return [...new Set([...times.map(chinaDay), ...this.errors.map(({ date }) => date)])].sort();
  }

  /** Lets a bill go wrong that has not been made yet. */
  mistake(error: BillError): void {
    this.errors.push(error);
    if (error.kind !== 'bill_wrong_fee') return;
    const payment = this.payments.get(error.number);
    if (payment !== undefined) payment.feeFen += MORE_FEN;
  }

  private rowsOf(date: string): readonly TradeBillRow[] {
    return [...this.payments.values()].flatMap((payment): readonly TradeBillRow[] => {
      const { outTradeNo, transactionId = '', paidAtMs } = payment;
      if (paidAtMs === undefined) return [];
      const shared = { bill: 'trade', outTradeNo, transactionId, description: '' } as const;
      const rows: readonly TradeBillRow[] = [
        {
          ...shared,
          kind: 'payment',
          outRefundNo: undefined,
          state: 'succeeded',
          amountFen: payment.totalFen,
          feeFen: payment.feeFen,
          at: new Date(paidAtMs),
        },
        ...payment.refunds.map((refund): TradeBillRow => ({
          ...shared,
          kind: 'refund',
          outRefundNo: refund.outRefundNo,
          state: refund.state === 'abnormal' ? 'failed' : refund.state,
          amountFen: refund.refundFen,
          feeFen: refund.feeFen === 0 ? 0 : -refund.feeFen,
          at: new Date(refund.takenAtMs),
        })),
      ];
      return rows.filter(({ at }) => chinaDay(at.getTime()) === date);
    });
  }

  private wrong(date: string, rows: readonly TradeBillRow[]): readonly TradeBillRow[] {
    const errors = this.errors.filter((error) => error.date === date);
    const has = (kind: BillErrorKind, row: TradeBillRow): boolean =>
      errors.some((error) => error.kind === kind && error.number === (row.outRefundNo ?? row.outTradeNo));
    const foreign = errors.filter(({ kind }) => kind === 'bill_foreign_row');
    return [
      ...rows.flatMap((row) => {
        if (has('bill_row_missing', row)) return [];
        if (has('bill_row_doubled', row)) return [row, row];
        return has('bill_wrong_amount', row) ? [{ ...row, amountFen: row.amountFen + 1 }] : [row];
      }),
      ...foreign.map(({ number }): TradeBillRow => ({
        bill: 'trade',
        kind: 'payment',
        outTradeNo: number,
        outRefundNo: undefined,
        transactionId: `foreign-${number}`,
        state: 'succeeded',
        amountFen: FOREIGN_FEN,
        feeFen: 0,
        at: new Date(chinaDayStartMs(date)),
        description: '',
      })),
    ];
  }

  private moved(date: string, rows: readonly TradeBillRow[]): readonly BillRow[] {
    const at = new Date(chinaDayStartMs(date));
    const line = (kind: 'payment' | 'refund' | 'fee', amountFen: number, transactionId: string) =>
      ({ bill: 'fund', kind, amountFen, transactionId, at }) as const;
    const succeeded = rows.filter(({ state }) => state === 'succeeded');
    return [
      ...succeeded.flatMap(({ kind, amountFen, feeFen, transactionId }) => [
        line(kind, kind === 'payment' ? amountFen : -amountFen, transactionId),
        line('fee', -feeFen, transactionId),
      ]),
      ...this.errors
        .filter((error) => error.kind === 'bill_wrong_sum' && error.date === date)
        .map(({ number }) => line('payment', MORE_FEN, number)),
    ];
  }
}
