import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A payment of the books, as a bill tells it. */
export interface BilledPayment {
  readonly number: string;
  readonly totalFen: number;
  readonly feeFen: number;
}

export interface BillFile {
  readonly path: string;
  /** Of the uncompressed contents. */
  readonly sha1: string;
}

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
const LINES_AT_ONCE = 2_000;
const AT = '2026-11-23 12:00:00';

const TRADE_HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const FUND_HEADER =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';

function tradeLine(payment: BilledPayment, index: number): string {
  const amount = yuan(payment.totalFen);
  const transaction = `4200002${String(index).padStart(21, '0')}`;
  return `\`${AT},\`wx0123456789abcdef,\`1900000001,\`0,\`,\`${transaction},\`${payment.number},\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`${amount},\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`山野民宿 二楼,\`,\`${yuan(payment.feeFen)}000,\`0.60%,\`${amount},\`0.00,\``;
}

const fundLines = (payment: BilledPayment, index: number): string => {
  const transaction = `4200002${String(index).padStart(21, '0')}`;
  const flow = (type: string, way: string, fen: number): string =>
    `\`${AT},\`${transaction},\`${transaction}0001,\`交易,\`${type},\`${way},\`${yuan(fen)},\`0.00,\`system,\`,\`${payment.number}`;
  const came = flow('交易', '收入', payment.totalFen);
  return payment.feeFen === 0 ? came : `${came}\r\n${flow('扣除交易手续费', '支出', payment.feeFen)}`;
};

/** Writes the trade bill or the fund-flow bill of so many payments, gzipped as it is downloaded. */
export async function writeBill(
  kind: 'trade' | 'fund',
  file: string,
  payments: AsyncIterable<readonly BilledPayment[]>,
): Promise<BillFile> {
  const hash = createHash('sha1');
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  async function* text(): AsyncGenerator<string> {
    const sums = { count: 0, totalFen: 0, feeFen: 0, fees: 0 };
    yield `\ufeff${kind === 'trade' ? TRADE_HEADER : FUND_HEADER}\r\n`;
    for await (const some of payments) {
      for (let from = 0; from < some.length; from += LINES_AT_ONCE) {
        const lines = some.slice(from, from + LINES_AT_ONCE).map((payment) => {
          sums.count += 1;
          sums.totalFen += payment.totalFen;
          sums.feeFen += payment.feeFen;
          if (payment.feeFen > 0) sums.fees += 1;
          return (kind === 'trade' ? tradeLine : fundLines)(payment, sums.count);
        });
        yield `${lines.join('\r\n')}\r\n`;
      }
    }
    const [paid, fees] = [yuan(sums.totalFen), yuan(sums.feeFen)];
    yield kind === 'trade'
      ? `总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n\`${sums.count},\`${paid},\`0.00,\`0.00,\`${fees}000,\`${paid},\`0.00\r\n`
      : `资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n\`${sums.count + sums.fees},\`${sums.count},\`${paid},\`${sums.fees},\`${fees}\r\n`;
  }
  await pipeline([
    Readable.from(text()),
    new PassThrough(),
    hashed,
    createGzip({ level: 1 }),
    createWriteStream(file),
  ]);
  return { path: file, sha1: hash.digest('hex') };
}
