import { dayOf, endOf } from '../bills/day';
import { formatYuan, linesWithin, paymentsOf, refundsOf, sumOf, type BillLine } from '../bills/lines';
import { formatBeijingTime } from '../beijing-time';
import { encodeGbk } from './gbk';
import type { TradeBook } from './trade-book';
import { zip } from './zip';

const DETAIL_COLUMNS = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '商品名称',
  '创建时间',
  '完成时间',
  '门店编号',
  '门店名称',
  '操作员',
  '终端号',
  '对方账户',
  '订单金额（元）',
  '商家实收（元）',
  '支付宝红包（元）',
  '集分宝（元）',
  '支付宝优惠（元）',
  '商家优惠（元）',
  '券核销金额（元）',
  '券名称',
  '商家红包消费金额（元）',
  '卡消费金额（元）',
  '退款批次号/请求号',
  '服务费（元）',
  '分润（元）',
  '备注',
] as const;
const SUMMARY_COLUMNS = [
  '门店编号',
  '门店名称',
  '交易订单总笔数',
  '退款订单总笔数',
  '订单金额（元）',
  '商家实收（元）',
  '支付宝优惠（元）',
  '商家优惠（元）',
  '卡消费金额（元）',
  '服务费（元）',
  '分润（元）',
  '实收净额（元）',
] as const;
const FLOW_COLUMNS = [
  '账务流水号',
  '业务流水号',
  '商户订单号',
  '商品名称',
  '发生时间',
  '对方账号',
  '收入金额（+元）',
  '支出金额（-元）',
  '账户余额（元）',
  '交易渠道',
  '业务类型',
  '备注',
] as const;

const DASHES = '-'.repeat(41);

/** What happened from `from` until before `until`. */
export const linesOf = (book: TradeBook, from: Date, until: Date): readonly BillLine[] =>
  linesWithin(
    book.list().map((trade) => ({
      shared: {
        outTradeNo: trade.terms.outTradeNo,
        transactionId: trade.tradeNo,
        tradeType: trade.terms.productCode,
        description: trade.terms.subject,
        payer: trade.buyer.logonId,
        createdAt: trade.createdAt,
      },
      totalFen: trade.terms.totalFen,
      paidAt: trade.paidAt,
      refunds: trade.refunds.map((refund) => ({
        outRefundNo: refund.outRequestNo,
        refundId: '',
        amountFen: refund.refundFen,
        status: 'SUCCESS',
        at: refund.refundedAt,
      })),
    })),
    from,
    until,
  );

/** A cell that is text: a tab keeps spreadsheets from reading numbers into it; commas are quoted as in any CSV. */
const text = (value: string): string => `${quoted(value)}\t`;
const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

const chineseDay = (instant: Date): string =>
  `${formatBeijingTime(instant).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日')}`;

interface Frame {
  readonly title: string;
  readonly list: string;
  readonly account: string;
  readonly start: Date;
}

function heading({ title, list, account, start }: Frame): string[] {
  return [
    `#${title}`,
    `#账号：[${account}]`,
    `#起始日期：[${chineseDay(start)}]   终止日期：[${chineseDay(endOf(start))}]`,
    `#${DASHES}${list}${DASHES.slice(1)}`,
  ];
}

const ending = ({ list }: Frame): string => `#${DASHES}${list}结束${DASHES.slice(5)}`;

function detailRow(line: BillLine): string {
  const sign = line.kind === 'refund' ? -1 : 1;
  const amount = formatYuan(sign * line.amountFen);
  return [
    text(line.transactionId),
    text(line.outTradeNo),
    text(line.kind === 'refund' ? '退款' : '交易'),
    quoted(line.description),
    formatBeijingTime(line.createdAt),
    formatBeijingTime(line.at),
    '\t',
    '\t',
    '\t',
    '\t',
    text(line.payer),
    amount,
    amount,
    ...Array.from({ length: 5 }, () => '0.00'),
    '',
    '0.00\t',
    '0.00',
    text(line.outRefundNo),
    // What is charged stands with a minus, what is given back without.
    formatYuan(-sign * line.feeFen),
    '0.00',
    '',
  ].join(',');
}

/** 业务明细: every payment and refund. */
function details(lines: readonly BillLine[], frame: Frame, madeAt: Date): string {
  const payments = paymentsOf(lines);
  const refunds = refundsOf(lines);
  const received = formatYuan(sumOf(payments, (line) => line.amountFen));
  const returned = formatYuan(-sumOf(refunds, (line) => line.amountFen));
  return rows([
    ...heading(frame),
    DETAIL_COLUMNS.join(','),
    ...lines.map(detailRow),
    ending(frame),
    `#交易合计：${payments.length}笔，商家实收共${received}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共${returned}元，商家优惠退款共0.00元`,
    `#导出时间：[${chineseDay(madeAt)}]`,
  ]);
}

/** 业务明细(汇总): the sums by shop, of which there is none here. */
function summary(lines: readonly BillLine[], frame: Frame, madeAt: Date): string {
  const signed = (line: BillLine): number => (line.kind === 'refund' ? -line.amountFen : line.amountFen);
  const amountFen = sumOf(lines, signed);
  const feeFen = sumOf(lines, (line) => (line.kind === 'refund' ? line.feeFen : -line.feeFen));
  const counts = [paymentsOf(lines).length, refundsOf(lines).length].map(String);
  const sums = [amountFen, amountFen, 0, 0, 0, feeFen, 0, amountFen + feeFen].map(formatYuan);
  return rows([
    ...heading(frame),
    SUMMARY_COLUMNS.join(','),
    ['合计', '\t', ...counts, ...sums].join(','),
    ending(frame),
    `#导出时间：[${chineseDay(madeAt)}]`,
  ]);
}

function flowRows(lines: readonly BillLine[]): { readonly rows: string[]; readonly moves: number[] } {
  const moves: number[] = [];
  let balanceFen = 0;
  const lineRows = lines.flatMap((line) => {
    const sign = line.kind === 'refund' ? -1 : 1;
    const parts = [
      { fen: sign * line.amountFen, type: line.kind === 'refund' ? '交易退款' : '在线支付', remark: '' },
      { fen: -sign * line.feeFen, type: line.kind === 'refund' ? '退费' : '收费', remark: '服务费' },
    ].filter(({ fen }) => fen !== 0);
    return parts.map(({ fen, type, remark }) => {
      balanceFen += fen;
      moves.push(fen);
      return [
        text(String(54_632_446_537_370 + moves.length)),
        text(line.transactionId),
        text(line.kind === 'refund' ? line.outRefundNo : line.outTradeNo),
        text(line.description),
        formatBeijingTime(line.at),
        text(line.payer),
        formatYuan(Math.max(fen, 0)),
        formatYuan(Math.min(fen, 0)),
        formatYuan(balanceFen),
        '支付宝',
        type,
        remark,
      ].join(',');
    });
  });
  return { rows: lineRows, moves };
}

/** 账务明细: what moved on the account, fees apart. Begins at an empty account. */
function accountFlow(lines: readonly BillLine[], frame: Frame, madeAt: Date): string {
  const flow = flowRows(lines);
  const total = (some: readonly number[]): string => formatYuan(some.reduce((sum, fen) => sum + fen, 0));
  const incomes = flow.moves.filter((fen) => fen > 0);
  const outgoings = flow.moves.filter((fen) => fen < 0);
  return rows([
    ...heading(frame),
    FLOW_COLUMNS.join(','),
    ...flow.rows,
    ending(frame),
    `#支出合计：${outgoings.length}笔，共${total(outgoings)}元`,
    `#收入合计：${incomes.length}笔，共${total(incomes)}元`,
    `#导出时间：[${chineseDay(madeAt)}]`,
  ]);
}

const rows = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

/** The archive of a day's bill: CSV files in GBK under names in GBK. */
export function billArchive(
  type: 'trade' | 'signcustomer',
  lines: readonly BillLine[],
  bill: { readonly sellerId: string; readonly start: Date; readonly madeAt: Date },
): Buffer {
  const account = `${bill.sellerId}0156`;
  const name = `${account}_${dayOf(bill.start).replaceAll('-', '')}`;
  const entry = (suffix: string, contents: string) => ({
    name: encodeGbk(`${name}_${suffix}.csv`),
    contents: encodeGbk(contents),
  });
  const frame = (title: string, list: string): Frame => ({ title, list, account, start: bill.start });
  if (type === 'signcustomer') {
    const flow = accountFlow(lines, frame('支付宝账务明细查询', '账务明细列表'), bill.madeAt);
    return zip([entry('账务明细', flow)]);
  }
  return zip([
    entry('业务明细(汇总)', summary(lines, frame('支付宝业务汇总查询', '业务汇总列表'), bill.madeAt)),
    entry('业务明细', details(lines, frame('支付宝业务明细查询', '业务明细列表'), bill.madeAt)),
  ]);
}
