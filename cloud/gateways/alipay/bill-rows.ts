import { BillMalformed, Columns, readCsv, readYuan } from '../bills/cells';
import { lineBatches } from '../bills/lines';
import type { BillKind, BillRow, FundBillRow, TradeBillRow } from '../port';

const TRADE_COLUMNS = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '商品名称',
  '完成时间',
  '订单金额（元）',
  '退款批次号/请求号',
  '服务费（元）',
] as const;
const FUND_COLUMNS = ['业务流水号', '发生时间', '收入金额（+元）', '支出金额（-元）', '业务类型'] as const;

const FUND_KINDS: Readonly<Record<string, FundBillRow['kind']>> = {
  在线支付: 'payment',
  交易付款: 'payment',
  交易退款: 'refund',
  收费: 'fee',
  退费: 'fee',
};

function tradeRow(columns: Columns<(typeof TRADE_COLUMNS)[number]>, cells: readonly string[]): TradeBillRow {
  const type = columns.text(cells, '业务类型');
  if (type !== '交易' && type !== '退款') throw new BillMalformed(`neither a payment nor a refund: ${type}`);
  const refund = type === '退款';
  const amountFen = columns.yuan(cells, '订单金额（元）');
  return {
    bill: 'trade',
    kind: refund ? 'refund' : 'payment',
    outTradeNo: columns.text(cells, '商户订单号'),
    outRefundNo: refund ? columns.text(cells, '退款批次号/请求号') : undefined,
    transactionId: columns.text(cells, '支付宝交易号'),
    // Only what is done stands in this bill.
    state: 'succeeded',
    amountFen: refund ? 0 - amountFen : amountFen,
    // What is charged stands there with a minus.
    feeFen: 0 - columns.yuan(cells, '服务费（元）'),
    at: columns.time(cells, '完成时间'),
    description: columns.text(cells, '商品名称'),
  };
}

function fundRow(columns: Columns<(typeof FUND_COLUMNS)[number]>, cells: readonly string[]): FundBillRow {
  const amount = (name: '收入金额（+元）' | '支出金额（-元）'): number =>
    readYuan(columns.text(cells, name) || '0');
  return {
    bill: 'fund',
    kind: FUND_KINDS[columns.text(cells, '业务类型')] ?? 'other',
    amountFen: amount('收入金额（+元）') - Math.abs(amount('支出金额（-元）')),
    transactionId: columns.text(cells, '业务流水号'),
    at: columns.time(cells, '发生时间'),
  };
}

/** How many rows of each kind there were and what they add up to. */
interface Sum {
  count: number;
  amountFen: number;
}
type Sums = Readonly<Record<'plus' | 'minus', Sum>>;

/** The comment lines in which a bill says what its rows add up to. */
const SAID: Readonly<Record<BillKind, readonly (readonly [keyof Sums, RegExp])[]>> = {
  trade: [
    ['plus', /^#交易合计：(\d+)笔，\D*?(-?[\d.]+)元/],
    ['minus', /^#退款合计：(\d+)笔，\D*?(-?[\d.]+)元/],
  ],
  fund: [
    ['plus', /^#收入合计：(\d+)笔，共(-?[\d.]+)元/],
    ['minus', /^#支出合计：(\d+)笔，共(-?[\d.]+)元/],
  ],
};

function addRow(sums: Sums, row: BillRow): void {
  const minus = row.bill === 'trade' ? row.kind === 'refund' : row.amountFen < 0;
  const sum = sums[minus ? 'minus' : 'plus'];
  sum.count += 1;
  sum.amountFen += Math.abs(row.amountFen);
}

/** Holds a comment line against the rows. True where it spoke of their sum. */
function isSumConfirmed(kind: BillKind, line: string, sums: Sums): boolean {
  for (const [side, pattern] of SAID[kind]) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const said = { count: Number(match[1]), amountFen: Math.abs(readYuan(match[2] ?? '')) };
    const sum = sums[side];
    if (said.count !== sum.count || said.amountFen !== sum.amountFen) {
      throw new BillMalformed(`${line.slice(0, 80)}: the rows are ${sum.count} of ${sum.amountFen} fen`);
    }
    return true;
  }
  return false;
}

/**
 * The rows of a detail file, read as it streams: comment lines after `#`, a header, cells with tabs around them, and the
 * sums in comments at the end. Throws BillMalformed, for a file that ends early too.
 */
export async function* billRows(kind: BillKind, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BillRow> {
  let read: ((cells: readonly string[]) => BillRow) | undefined;
  let cellCount = 0;
  let confirmed = 0;
  const sums: Sums = { plus: { count: 0, amountFen: 0 }, minus: { count: 0, amountFen: 0 } };
  for await (const lines of lineBatches(chunks, 'gbk')) {
    for (const line of lines) {
      if (line.startsWith('#')) {
        if (isSumConfirmed(kind, line, sums)) confirmed += 1;
      } else if (line !== '') {
        const cells = readCsv(line);
        if (read === undefined) {
          [read, cellCount] = [readerOf(kind, cells), cells.length];
          continue;
        }
        if (cells.length !== cellCount) throw new BillMalformed('a row of other columns');
        const row = read(cells);
        addRow(sums, row);
        yield row;
      }
    }
  }
  if (confirmed !== SAID[kind].length) throw new BillMalformed('the file ends before its sums');
}

function readerOf(kind: BillKind, header: readonly string[]): (cells: readonly string[]) => BillRow {
  if (kind === 'fund') {
    const columns = new Columns(header, FUND_COLUMNS);
    return (cells) => fundRow(columns, cells);
  }
  const columns = new Columns(header, TRADE_COLUMNS);
  return (cells) => tradeRow(columns, cells);
}
