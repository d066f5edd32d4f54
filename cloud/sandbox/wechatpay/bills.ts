import { formatBeijingTime } from '../beijing-time';
import { FEE_RATE_TEXT } from '../bills/fees';
import { formatYuan, linesWithin, paymentsOf, refundsOf, sumOf, type BillLine } from '../bills/lines';
import type { Book } from './book';

export type BillType = 'ALL' | 'SUCCESS' | 'REFUND';

export interface BillOwner {
  readonly appId: string;
  readonly mchId: string;
}

const ALL_COLUMNS = [
  '交易时间',
  '公众账号ID',
  '商户号',
  '特约商户号',
  '设备号',
  '微信订单号',
  '商户订单号',
  '用户标识',
  '交易类型',
  '交易状态',
  '付款银行',
  '货币种类',
  '应结订单金额',
  '代金券金额',
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '充值券退款金额',
  '退款类型',
  '退款状态',
  '商品名称',
  '商户数据包',
  '手续费',
  '费率',
  '订单金额',
  '申请退款金额',
  '费率备注',
] as const;
type Column = (typeof ALL_COLUMNS)[number] | '退款申请时间' | '退款成功时间';

const COLUMNS: Readonly<Record<BillType, readonly Column[]>> = {
  ALL: ALL_COLUMNS,
  SUCCESS: [...ALL_COLUMNS.slice(0, 14), '商品名称', '商户数据包', '手续费', '费率', '订单金额', '费率备注'],
  REFUND: [...ALL_COLUMNS.slice(0, 14), '退款申请时间', '退款成功时间', ...ALL_COLUMNS.slice(14)],
};

const FUND_COLUMNS = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '业务名称',
  '业务类型',
  '收支类型',
  '收支金额(元)',
  '账户结余(元)',
  '资金变更提交申请人',
  '备注',
  '业务凭证号',
] as const;

/** What happened from `from` until before `until`: payments by when they were paid, refunds by when they were taken. */
export const linesOf = (book: Book, from: Date, until: Date): readonly BillLine[] =>
  linesWithin(
    book.list().map((transaction) => ({
      shared: {
        outTradeNo: transaction.terms.outTradeNo,
        transactionId: transaction.transactionId ?? '',
        tradeType: transaction.terms.tradeType,
        description: transaction.terms.description,
        payer: transaction.payerOpenId ?? '',
        createdAt: transaction.createdAt,
      },
      totalFen: transaction.terms.totalFen,
      paidAt: transaction.paidAt,
      refunds: transaction.refunds.map((refund) => ({
        outRefundNo: refund.outRefundNo,
        refundId: refund.refundId,
        amountFen: refund.refundFen,
        status: book.isRefunded(refund) ? 'SUCCESS' : 'PROCESSING',
        at: refund.createdAt,
      })),
    })),
    from,
    until,
  );

function tradeCells(line: BillLine, owner: BillOwner): Readonly<Record<Column, string>> {
  const refund = line.kind === 'refund';
  const amount = formatYuan(line.amountFen);
  return {
    交易时间: formatBeijingTime(line.at),
    公众账号ID: owner.appId,
    商户号: owner.mchId,
    特约商户号: '0',
    设备号: '',
    微信订单号: line.transactionId,
    商户订单号: line.outTradeNo,
    用户标识: line.payer,
    交易类型: line.tradeType,
    交易状态: refund ? 'REFUND' : line.status,
    付款银行: 'OTHERS',
    货币种类: 'CNY',
    应结订单金额: refund ? '0.00' : amount,
    代金券金额: '0.00',
    微信退款单号: refund ? line.refundId : '0',
    商户退款单号: refund ? line.outRefundNo : '0',
    退款金额: refund ? amount : '0.00',
    充值券退款金额: '0.00',
    退款类型: refund ? 'ORIGINAL' : '',
    退款状态: refund ? line.status : '',
    商品名称: line.description,
    商户数据包: '',
    手续费: `${formatYuan(refund ? -line.feeFen : line.feeFen)}000`,
    费率: FEE_RATE_TEXT,
    订单金额: refund ? '0.00' : amount,
    申请退款金额: refund ? amount : '0.00',
    费率备注: '',
    退款申请时间: formatBeijingTime(line.at),
    退款成功时间: line.status === 'SUCCESS' ? formatBeijingTime(line.at) : '',
  };
}

const row = (cells: readonly string[]): string => cells.map((cell) => `\`${cell}`).join(',');

function file(header: readonly string[], rows: readonly string[], summary: Record<string, string>): Buffer {
  const lines = [header.join(','), ...rows, Object.keys(summary).join(','), row(Object.values(summary))];
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
}

/** The trade bill (交易账单): UTF-8 with BOM, cells after a backtick, the last two lines the sums. */
export function tradeBill(lines: readonly BillLine[], type: BillType, owner: BillOwner): Buffer {
  const wanted = type === 'ALL' ? lines : type === 'SUCCESS' ? paymentsOf(lines) : refundsOf(lines);
  const columns = COLUMNS[type];
  const rows = wanted.map((line) => {
    const cells = tradeCells(line, owner);
    return row(columns.map((column) => cells[column]));
  });
  const paid = formatYuan(sumOf(paymentsOf(wanted), (line) => line.amountFen));
  const given = formatYuan(sumOf(refundsOf(wanted), (line) => line.amountFen));
  const fees = sumOf(wanted, (line) => (line.kind === 'refund' ? -line.feeFen : line.feeFen));
  return file(columns, rows, {
    总交易单数: String(wanted.length),
    应结订单总金额: paid,
    ...(type !== 'SUCCESS' && { 退款总金额: given, 充值券退款总金额: '0.00' }),
    手续费总金额: `${formatYuan(fees)}000`,
    订单总金额: paid,
    ...(type !== 'SUCCESS' && { 申请退款总金额: given }),
  });
}

interface Movement {
  readonly line: BillLine;
  readonly type: '交易' | '退款' | '扣除交易手续费' | '返还交易手续费';
  readonly fen: number;
}

/** The fund-flow bill (资金账单) of the basic account: what each line moved, fees apart. Begins at an empty account. */
export function fundFlowBill(lines: readonly BillLine[]): Buffer {
  const settled = lines.filter((line) => line.status === 'SUCCESS');
  const movements = settled.flatMap((line): Movement[] =>
    line.kind === 'payment'
      ? [
          { line, type: '交易', fen: line.amountFen },
          { line, type: '扣除交易手续费', fen: -line.feeFen },
        ]
      : [
          { line, type: '退款', fen: -line.amountFen },
          { line, type: '返还交易手续费', fen: line.feeFen },
        ],
  );
  const moved = movements.filter(({ fen }) => fen !== 0);
  let balanceFen = 0;
  const rows = moved.map(({ line, type, fen }, index) => {
    balanceFen += fen;
    return row([
      formatBeijingTime(line.at),
      line.kind === 'refund' ? line.refundId : line.transactionId,
      `${line.transactionId.slice(0, 20)}${String(index).padStart(12, '0')}`,
      line.kind === 'refund' ? '退款' : '交易',
      type,
      fen > 0 ? '收入' : '支出',
      formatYuan(Math.abs(fen)),
      formatYuan(balanceFen),
      'system',
      line.description,
      line.kind === 'refund' ? line.outRefundNo : line.outTradeNo,
    ]);
  });
  const incomes = moved.filter(({ fen }) => fen > 0);
  const outgoings = moved.filter(({ fen }) => fen < 0);
  const total = (some: readonly Movement[]): string =>
    formatYuan(Math.abs(some.reduce((sum, { fen }) => sum + fen, 0)));
  return file(FUND_COLUMNS, rows, {
    资金流水总笔数: String(moved.length),
    收入笔数: String(incomes.length),
    收入金额: total(incomes),
    支出笔数: String(outgoings.length),
    支出金额: total(outgoings),
  });
}
