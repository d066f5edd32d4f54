import { BillMalformed, Columns, readYuan } from '../bills/cells';
import { lineBatches } from '../bills/lines';
import type { BillKind, BillRow, FundBillRow, TradeBillRow } from '../port';

const TRADE_COLUMNS = [
  '交易时间',
  '微信订单号',
  '商户订单号',
  '交易状态',
  '商户退款单号',
  '退款状态',
  '商品名称',
  '手续费',
  '订单金额',
  '申请退款金额',
] as const;
const FUND_COLUMNS = ['记账时间', '微信支付业务单号', '业务类型', '收支类型', '收支金额(元)'] as const;

const REFUND_STATES: Readonly<Record<string, TradeBillRow['state']>> = {
  SUCCESS: 'succeeded',
  PROCESSING: 'processing',
};

const FUND_KINDS: Readonly<Record<string, FundBillRow['kind']>> = {
  交易: 'payment',
  退款: 'refund',
  扣除交易手续费: 'fee',
  返还交易手续费: 'fee',
};

function tradeRow(columns: Columns<(typeof TRADE_COLUMNS)[number]>, cells: readonly string[]): TradeBillRow {
  const state = columns.text(cells, '交易状态');
  const refund = state === 'REFUND';
  return {
    bill: 'trade',
    kind: refund ? 'refund' : 'payment',
    outTradeNo: columns.text(cells, '商户订单号'),
    outRefundNo: refund ? columns.text(cells, '商户退款单号') : undefined,
    transactionId: columns.text(cells, '微信订单号'),
    // A payment may also be REVOKED: it was taken back and brought nothing.
    state: refund
      ? (REFUND_STATES[columns.text(cells, '退款状态')] ?? 'failed')
      : state === 'SUCCESS'
        ? 'succeeded'
        : 'failed',
    amountFen: columns.yuan(cells, refund ? '申请退款金额' : '订单金额'),
    feeFen: columns.yuan(cells, '手续费'),
    at: columns.time(cells, '交易时间'),
    description: columns.text(cells, '商品名称'),
  };
}

function fundRow(columns: Columns<(typeof FUND_COLUMNS)[number]>, cells: readonly string[]): FundBillRow {
  const amountFen = columns.yuan(cells, '收支金额(元)');
  return {
    bill: 'fund',
    kind: FUND_KINDS[columns.text(cells, '业务类型')] ?? 'other',
    amountFen: columns.text(cells, '收支类型') === '支出' ? -amountFen : amountFen,
    transactionId: columns.text(cells, '微信支付业务单号'),
    at: columns.time(cells, '记账时间'),
  };
}

/** What a bill's last line says of itself, beside what its rows add up to: both in the same words. */
type Sums = Record<string, number>;

function addTrade(sums: Sums, row: TradeBillRow): void {
  add(sums, '总交易单数', 1);
  if (row.kind === 'payment') add(sums, '订单总金额', row.amountFen);
  else add(sums, '申请退款总金额', row.amountFen);
  add(sums, '手续费总金额', row.feeFen);
}

function addFund(sums: Sums, row: FundBillRow): void {
  add(sums, '资金流水总笔数', 1);
  add(sums, row.amountFen < 0 ? '支出金额' : '收入金额', Math.abs(row.amountFen));
}

function add(sums: Sums, name: string, value: number): void {
  sums[name] = (sums[name] ?? 0) + value;
}

const COUNTS = ['总交易单数', '资金流水总笔数'];

function checkSums(sums: Sums, names: readonly string[], values: readonly string[]): void {
  for (const [name, sum] of Object.entries(sums)) {
    const said = values[names.indexOf(name)];
    if (said === undefined) throw new BillMalformed(`the last line says nothing of ${name}`);
    const value = COUNTS.includes(name) ? Number(said) : readYuan(said);
    if (value !== sum) throw new BillMalformed(`${name} is ${said}, the rows add up to ${sum}`);
  }
}

const splitCells = (line: string): readonly string[] => line.slice(1).split(',`');

/**
 * The rows of a bill file, read as it streams: a header, cells after a backtick each, and two last lines with the sums.
 * Throws BillMalformed, for a file that ends early too.
 */
export async function* billRows(kind: BillKind, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BillRow> {
  let read: ((cells: readonly string[]) => BillRow) | undefined;
  let cellCount = 0;
  let summary: readonly string[] | undefined;
  let complete = false;
  const sums: Sums = { [COUNTS[kind === 'trade' ? 0 : 1] ?? '']: 0 };
  for await (const lines of lineBatches(chunks, 'utf-8')) {
    for (const line of lines) {
      if (line === '') continue;
      if (!line.startsWith('`')) {
        const names = line.replace(/^\ufeff/, '').split(',');
        if (read !== undefined) summary = names;
        else [read, cellCount] = [readerOf(kind, names), names.length];
      } else if (summary !== undefined) {
        checkSums(sums, summary, splitCells(line));
        complete = true;
      } else {
        const cells = splitCells(line);
        if (read === undefined || cells.length !== cellCount)
          throw new BillMalformed('a row of other columns');
        const row = read(cells);
        if (row.bill === 'trade') addTrade(sums, row);
        else addFund(sums, row);
        yield row;
      }
    }
  }
  if (!complete) throw new BillMalformed('the file ends before its sums');
}

function readerOf(kind: BillKind, header: readonly string[]): (cells: readonly string[]) => BillRow {
  if (kind === 'fund') {
    const columns = new Columns(header, FUND_COLUMNS);
    return (cells) => fundRow(columns, cells);
  }
  const columns = new Columns(header, TRADE_COLUMNS);
  return (cells) => tradeRow(columns, cells);
}
