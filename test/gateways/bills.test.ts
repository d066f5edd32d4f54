import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { billRows as alipayRows } from '../../cloud/gateways/alipay/bill-rows';
import { readCsv, readYuan } from '../../cloud/gateways/bills/cells';
import type { BillKind, BillRow, FundBillRow, GatewayName, TradeBillRow } from '../../cloud/gateways/port';
import { billRows as weChatRows } from '../../cloud/gateways/wechatpay/bill-rows';
import { encodeGbk } from '../../cloud/sandbox/alipay/gbk';
import { SETUPS, startBench, type Bench } from './bench';

const DAY_MS = 86_400_000;
const dayOf = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.control('faults', undefined, 'DELETE');
  // Two days on, every bill of today is made.
  await bench.control('bills/clock', { aheadMs: 2 * DAY_MS });
});

async function rowsOf(rows: AsyncIterable<BillRow>): Promise<BillRow[]> {
  const read: BillRow[] = [];
  for await (const row of rows) read.push(row);
  return read;
}
const bill = (name: GatewayName, kind: BillKind, date = dayOf(new Date())) =>
  rowsOf(bench.gateway(name, 'public key').fetchBill({ kind, date }));
const spoil = (name: GatewayName, kind: string, number?: string) =>
  bench.control('bills/faults', { gateway: name, fault: { kind, ...(number && { number }) } });

/** A payment of this run, paid. */
async function paid(name: GatewayName, description: string, totalFen: number): Promise<string> {
  const gateway = bench.gateway(name, 'public key');
  const request = await bench.request(name, { description, totalFen });
  await bench.window(await gateway.createPayment(request));
  return request.outTradeNo;
}

describe.each(SETUPS)('the bills of %s with %s', (name, mode) => {
  it('tell each payment and refund of the day, with names as merchants write them', async () => {
    const gateway = bench.gateway(name, mode);
    const names = ['龘龍茶舖，二楼 "A, B"', '鑫淼烧饼·𠮷'];
    const [first = '', second = ''] = [await paid(name, names[0] ?? '', 10_001), await paid(name, '鑫淼', 7)];
    const refund = {
      outRefundNo: `${first.slice(0, 31)}r`,
      outTradeNo: first,
      totalFen: 10_001,
      reason: '退',
    };
    await gateway.refund({ ...refund, refundFen: 4_000 });
    const report = await gateway.queryPayment(first);

    const rows = await rowsOf(gateway.fetchBill({ kind: 'trade', date: dayOf(new Date()) }));
    const mine = rows.filter(
      (row): row is TradeBillRow => row.bill === 'trade' && [first, second].includes(row.outTradeNo),
    );
    expect(mine).toEqual([
      {
        bill: 'trade',
        kind: 'payment',
        outTradeNo: first,
        outRefundNo: undefined,
        transactionId: report.transactionId,
        state: 'succeeded',
        amountFen: 10_001,
        feeFen: 60,
        at: expect.any(Date),
        description: names[0],
      },
      expect.objectContaining({ outTradeNo: second, amountFen: 7, feeFen: 0, description: '鑫淼' }),
      expect.objectContaining({
        kind: 'refund',
        outTradeNo: first,
        outRefundNo: refund.outRefundNo,
        amountFen: 4_000,
        feeFen: -24,
      }),
    ]);
    expect(Math.abs((mine[0]?.at.getTime() ?? 0) - (report.succeededAt?.getTime() ?? 0))).toBeLessThan(2_000);
  });

  it('tell in the fund bill what moved on the account', async () => {
    const number = await paid(name, '茶', 50_000);
    const { transactionId } = await bench.gateway(name, mode).queryPayment(number);
    const rows = (await bill(name, 'fund')) as FundBillRow[];
    expect(
      rows
        .filter((row) => row.transactionId === transactionId)
        .map(({ kind, amountFen }) => [kind, amountFen]),
    ).toEqual([
      ['payment', 50_000],
      ['fee', -300],
    ]);
  });

  it('are empty for a day on which nothing happened', async () => {
    const quietDay = dayOf(new Date(Date.now() - 3 * DAY_MS));
    await expect(bill(name, 'trade', quietDay)).resolves.toEqual([]);
    await expect(bill(name, 'fund', quietDay)).resolves.toEqual([]);
  });

  it('are not ready before the morning after', async () => {
    await paid(name, '茶', 100);
    await bench.control('bills/clock', { aheadMs: 0 });
    const refused = bill(name, 'trade', dayOf(new Date()));
    await expect(refused).rejects.toMatchObject({
      name: 'GatewayError',
      kind: 'refused',
      gatewayCode: 'BILL_NOT_READY',
    });
  });

  it.each(['hash_wrong', 'truncated'])(
    'give no row of a file that is %s, and leave nothing behind',
    async (kind) => {
      await paid(name, '茶', 100);
      await spoil(name, kind);
      const gateway = bench.gateway(name, mode);
      const given: BillRow[] = [];
      const read = async (): Promise<void> => {
        for await (const row of gateway.fetchBill({ kind: 'trade', date: dayOf(new Date()) }))
          given.push(row);
      };
      await expect(read()).rejects.toMatchObject({ kind: 'unknown', gatewayCode: 'BILL_DAMAGED' });
      expect(given).toEqual([]);
      expect((await readdir(tmpdir())).filter((file) => file.startsWith('tpwallet-bill-'))).toEqual([]);
    },
  );
});

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const ALIPAY_HEADER =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）,新的一列';
const alipayFile = (sums: string): Buffer =>
  encodeGbk(
    [
      '#支付宝业务明细查询',
      ALIPAY_HEADER,
      '2026112322001400000000000001\t,a1\t,交易\t,"茶, ""二楼""",2026-11-23 10:00:00,2026-11-23 10:00:05,10.00,\t,-0.06,x',
      '2026112322001400000000000001\t,a1\t,退款\t,鑫淼,2026-11-23 10:00:00,2026-11-23 11:00:05,-10.00,r1\t,0.06,x',
      sums,
      '',
    ].join('\r\n'),
  );
const GOOD_SUMS =
  '#交易合计：1笔，商家实收共10.00元，商家优惠共0.00元\r\n#退款合计：1笔，商家实收退款共-10.00元，商家优惠退款共0.00元';

describe('a bill file', () => {
  it.each([1, 2, 7, 4096])('of Alipay reads the same in chunks of %d bytes', async (size) => {
    const rows = await rowsOf(alipayRows('trade', chunked(alipayFile(GOOD_SUMS), size)));
    expect(rows).toMatchObject([
      { kind: 'payment', amountFen: 1_000, feeFen: 6, description: '茶, "二楼"', outRefundNo: undefined },
      { kind: 'refund', amountFen: 1_000, feeFen: -6, description: '鑫淼', outRefundNo: 'r1' },
    ]);
  });

  it.each([
    ['no sums', ''],
    ['another count', GOOD_SUMS.replace('1笔', '2笔')],
    ['another total', GOOD_SUMS.replace('共10.00', '共10.01')],
  ])('of Alipay with %s is refused', async (_, sums) => {
    await expect(rowsOf(alipayRows('trade', chunked(alipayFile(sums), 64)))).rejects.toThrow();
  });

  const weChatFile = (...lines: readonly string[]): Buffer => Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
  const HEADER =
    '交易时间,微信订单号,商户订单号,交易状态,商户退款单号,退款状态,商品名称,手续费,订单金额,申请退款金额';
  const ROW = '`2026-11-23 10:00:00,`4200,`a1,`SUCCESS,`0,`,`茶, 二楼,`0.06000,`10.00,`0.00';
  const SUMS = ['总交易单数,订单总金额,申请退款总金额,手续费总金额', '`1,`10.00,`0.00,`0.06000'] as const;

  it('of WeChat Pay may have commas in its names', async () => {
    const rows = await rowsOf(weChatRows('trade', chunked(weChatFile(HEADER, ROW, ...SUMS), 5)));
    expect(rows).toMatchObject([
      { description: '茶, 二楼', feeFen: 6, amountFen: 1_000, state: 'succeeded' },
    ]);
  });

  it.each([
    ['a column less in a row', weChatFile(HEADER, ROW.slice(0, -6), ...SUMS)],
    ['a column missing', weChatFile(HEADER.replace('手续费', '费'), ROW, ...SUMS)],
    ['no sums', weChatFile(HEADER, ROW)],
    ['only the names of the sums', weChatFile(HEADER, ROW, SUMS[0])],
    ['a sum that is wrong', weChatFile(HEADER, ROW, ROW, ...SUMS)],
    ['an amount that is none', weChatFile(HEADER, ROW.replace('`10.00', '`1e3'), ...SUMS)],
    ['a time that is none', weChatFile(HEADER, ROW.replace('10:00:00', '25:00:00'), ...SUMS)],
    ['a line without end', weChatFile(HEADER, `\`${'x'.repeat(200_000)}`)],
  ])('of WeChat Pay with %s is refused', async (_, file) => {
    await expect(rowsOf(weChatRows('trade', chunked(file, 1024)))).rejects.toThrow();
  });

  it.each([
    ['0.00480', 0],
    ['0.00500', 1],
    ['-0.01000', -1],
    ['-0.01500', -2],
    ['12', 1_200],
    ['+3.4', 340],
  ])('says %s yuan and means %d fen', (text, value) => expect(readYuan(text)).toBe(value));

  it('keeps quotes, commas and empty cells of a quoted line', () => {
    expect(readCsv('"a, b",,"say ""hi""",\t')).toEqual(['a, b', '', 'say "hi"', '\t']);
    expect(readCsv('"a",')).toEqual(['a', '']);
  });
});
