import type { MerchantStatement } from '../../contract/types';
import { fen, formatYuan, SHANGHAI_OFFSET_MS } from '../../domain';
import type { MerchantRow, SettlementStatement } from '../../store';

/** A statement as the API tells it. */
export const statementAnswer = (
  merchant: Pick<MerchantRow, 'id' | 'name'>,
  days: { readonly from: string; readonly to: string },
  statement: SettlementStatement,
): MerchantStatement => ({
  merchantId: merchant.id,
  merchantName: merchant.name,
  ...days,
  openingFen: statement.openingFen,
  lines: statement.lines.map((line) => ({
    at: line.at.toISOString(),
    kind: line.kind,
    orderNumber: line.orderNumber,
    settlementId: line.settlementId,
    grossFen: line.grossFen,
    feeFen: line.feeFen,
    subsidyFen: line.subsidyFen,
    netFen: line.netFen,
    balanceFen: line.balanceFen,
  })),
  closingFen: statement.closingFen,
});

/** Tells spreadsheets that the text is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';
const HEADINGS = [
  '时间',
  '类型',
  '订单号',
  '收款金额(元)',
  '手续费(元)',
  '平台承担(元)',
  '应结金额(元)',
  '余额(元)',
  '结算单',
];
const KINDS: Readonly<Record<string, string>> = {
  payment: '收款',
  refund: '退款',
  payout: '打款',
  payout_return: '打款退回',
};

/** A statement as a table for spreadsheets: RFC 4180, UTF-8 with a byte order mark, amounts in yuan, Beijing time. */
export function statementCsv(statement: MerchantStatement): string {
  const rows = [
    ['商家', text(statement.merchantName), '期间', statement.from, statement.to],
    HEADINGS,
    ['', '期初余额', '', '', '', '', '', yuan(statement.openingFen), ''],
    ...statement.lines.map((line) => [
      beijing(line.at),
      text(KINDS[line.kind] ?? line.kind),
      text(line.orderNumber ?? ''),
      yuan(line.grossFen),
      yuan(line.feeFen),
      yuan(line.subsidyFen),
      yuan(line.netFen),
      yuan(line.balanceFen),
      text(line.settlementId ?? ''),
    ]),
    ['', '期末余额', '', '', '', '', '', yuan(statement.closingFen), ''],
  ];
  return BYTE_ORDER_MARK + rows.map((row) => row.map(quoted).join(',') + LINE_END).join('');
}

const yuan = (amountFen: number): string => formatYuan(fen(amountFen));

const beijing = (instant: string): string =>
  new Date(Date.parse(instant) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');

/** Text that a spreadsheet would take for a formula is shown as text: an apostrophe before it says so. */
const text = (value: string): string => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
