import { feeOf } from './fees';
import type { BillLine } from './lines';

export const BILL_FAULT_KINDS = [
  'row_missing',
  'row_added',
  'amount_changed',
  'state_changed',
  'fee_changed',
  'row_twice',
  'hash_wrong',
  'truncated',
] as const;

/** What is wrong with a gateway's bills until faults are cleared. */
export interface BillFault {
  readonly kind: (typeof BILL_FAULT_KINDS)[number];
  /** The payment or refund concerned, by the merchant's number of it; the first line where none is named. */
  readonly number?: string | undefined;
}

const ADDED_FEN = 4_321;

/** A payment nobody made. */
function strangeLine(like: BillLine | undefined, number: string | undefined, at: Date): BillLine {
  return {
    kind: 'payment',
    outTradeNo: number ?? 'ffffffffffff7fffbfffffffffffffff',
    transactionId: '9900000000000000000000000001',
    outRefundNo: '',
    refundId: '',
    amountFen: like?.amountFen ?? ADDED_FEN,
    feeFen: like?.feeFen ?? feeOf(ADDED_FEN),
    status: 'SUCCESS',
    tradeType: like?.tradeType ?? 'JSAPI',
    description: '来历不明的付款',
    payer: 'somebody',
    createdAt: like?.createdAt ?? at,
    at: like?.at ?? at,
  };
}

const numberOf = (line: BillLine): string => (line.kind === 'refund' ? line.outRefundNo : line.outTradeNo);

/** The lines with the faults that concern lines. `dayStart` dates a line that has no other to be like. */
export function distort(
  lines: readonly BillLine[],
  faults: readonly BillFault[],
  dayStart: Date,
): readonly BillLine[] {
  return faults.reduce((current, fault) => distortOnce(current, fault, dayStart), lines);
}

function distortOnce(lines: readonly BillLine[], fault: BillFault, dayStart: Date): readonly BillLine[] {
  if (fault.kind === 'row_added') return [...lines, strangeLine(lines[0], fault.number, dayStart)];
  const target = lines.find((line) => fault.number === undefined || numberOf(line) === fault.number);
  if (target === undefined) return lines;
  const replaced = (...lot: readonly BillLine[]): readonly BillLine[] =>
    lines.flatMap((line) => (line === target ? lot : [line]));
  switch (fault.kind) {
    case 'row_missing':
      return replaced();
    case 'row_twice':
      return replaced(target, target);
    case 'amount_changed':
      return replaced({ ...target, amountFen: target.amountFen + 1 });
    case 'fee_changed':
      return replaced({ ...target, feeFen: target.feeFen + 7 });
    case 'state_changed':
      return replaced({ ...target, status: target.kind === 'refund' ? 'CLOSED' : 'REVOKED' });
    case 'hash_wrong':
    case 'truncated':
      return lines;
  }
}
