import { fen, formatYuan } from '../../cloud/domain';
import type { MerchantStatement } from '../../cloud/contract/types';
import { getOrder } from '../../cloud/store';
import { merchantId } from '../../cloud/store/seed';
import { control } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { paid, SettlementDesk, takeBack } from '../support/settlements';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let now = new Date();
const desk = new SettlementDesk(() => stack);
const merchant = merchantId(1);
const at = (text: string): Date => new Date(`${text}+08:00`);

const statementOf = async (from: string, to: string): Promise<MerchantStatement> => {
  const path = `/v1/operator/merchants/${merchant}/statement?from=${from}&to=${to}`;
  const answer = await desk.send<MerchantStatement>(path);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};
const csvOf = async (from: string, to: string) =>
  desk.send<string>(`/v1/operator/merchants/${merchant}/statement.csv?from=${from}&to=${to}`);

beforeAll(async () => {
  stack = await startStack({ payoutGateways: ['alipay'], parts: { now: () => now } });
  await desk.agree(merchant, 'alipay');
  const pay = (amountFen: number, text: string) =>
    paid(stack.db, { merchantId: merchant, amountFen, at: at(text) });
  await paid(stack.db, { merchantId: merchantId(2), amountFen: 77, at: at('2026-11-18T12:00:00') });
  const settle = async (text: string) => {
    now = at(text);
    await desk.close();
    await desk.pay();
  };
  await pay(128_000, '2026-11-17T12:00:00');
  await settle('2026-11-18T09:00:00');
  const refunded = await pay(60_000, '2026-11-18T12:00:00');
  const back = { orderId: refunded, amountFen: 9_999 };
  await takeBack(stack.db, { ...back, at: at('2026-11-18T13:00:00') });
  await settle('2026-11-19T09:00:00');
  await pay(1, '2026-11-19T23:59:59');
  const payout = (await desk.newest(merchant)).payouts[0]?.id ?? '';
  await control(stack, `transfers/${payout.replaceAll('-', '')}/decide`, { action: 'return' });
  now = at('2026-11-20T10:00:00');
  await desk.pay();
});
afterAll(async () => {
  expect(await brokenInvariants(stack.db)).toEqual([]);
  await stack.close();
});

test('a statement tells every payment, what was taken back and every payout, and sums exactly', async () => {
  const statement = await statementOf('2026-11-17', '2026-11-20');
  expect(
    statement.lines.map(({ kind, grossFen, feeFen, netFen }) => [kind, grossFen, feeFen, netFen]),
  ).toEqual([
    ['payment', 128_078, 78, 128_000],
    ['payout', -128_000, 0, -128_000],
    ['payment', 60_010, 10, 60_000],
    ['refund', -10_001, -2, -9_999],
    ['payout', -50_001, 0, -50_001],
    ['payment', 1, 0, 1],
    ['payout_return', 50_001, 0, 50_001],
  ]);
  expect([statement.openingFen, statement.closingFen]).toEqual([0, 50_002]);
  let balanceFen = statement.openingFen;
  for (const line of statement.lines) {
    expect(line.grossFen).toBe(line.netFen + line.feeFen - line.subsidyFen);
    balanceFen += line.netFen;
    expect(line.balanceFen).toBe(balanceFen);
  }
  expect(balanceFen).toBe(statement.closingFen);
  const orderNumbers = statement.lines
    .filter(({ kind }) => kind === 'payment')
    .map((line) => line.orderNumber);
  expect(orderNumbers.every((number) => /^P\d{6}/.test(number ?? ''))).toBe(true);
  expect(statement.lines[1]?.settlementId).toMatch(/^[0-9a-f-]{36}$/);
});

test('days follow one another: each opens with what the one before closed with', async () => {
  let closingFen = 0;
  for (const day of ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']) {
    const statement = await statementOf(day, day);
    expect(statement.openingFen).toBe(closingFen);
    closingFen = statement.closingFen;
  }
  expect(closingFen).toBe(50_002);
});

test('as a table it has a byte order mark, yuan that sum, and nothing a spreadsheet would execute', async () => {
  await stack.db
    .updateTable('merchants')
    .set({ name: '=HYPERLINK("http://evil.example","点我")' })
    .where('id', '=', merchant)
    .execute();
  const answer = await csvOf('2026-11-17', '2026-11-20');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe(
    'attachment; filename="statement-2026-11-17-2026-11-20.csv"',
  );
  const response = await fetch(
    `${stack.apiUrl}/v1/operator/merchants/${merchant}/statement.csv?from=2026-11-17&to=2026-11-20`,
    { headers: { authorization: 'Bearer token-of-alice-that-only-this-run-knows' } },
  );
  expect([...new Uint8Array(await response.arrayBuffer()).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);

  const rows = answer.body.replace('\ufeff', '').trimEnd().split('\r\n');
  expect(rows[0]).toBe(`商家,"'=HYPERLINK(""http://evil.example"",""点我"")",期间,2026-11-17,2026-11-20`);
  expect(rows[1]).toBe('时间,类型,订单号,收款金额(元),手续费(元),平台承担(元),应结金额(元),余额(元),结算单');
  const cells = rows.slice(3, -1).map((row) => row.split(','));
  expect(cells[0]?.slice(0, 2)).toEqual(['2026-11-17 12:00:00', '收款']);
  expect(cells[0]?.slice(3, 8)).toEqual(['1280.78', '0.78', '0.00', '1280.00', '1280.00']);
  const sumFen = cells.reduce((sum, row) => sum + Math.round(Number(row[6]) * 100), 0);
  expect(rows.at(-1)).toBe(`,期末余额,,,,,,${formatYuan(fen(sumFen))},`);
  for (const cell of rows.flatMap((row) => row.split(','))) {
    expect(cell).not.toMatch(/^"?[=+@\t]|^"?-(?!\d)/);
  }
});

describe('bad input', () => {
  const root = `/v1/operator/merchants/${merchant}`;
  test.each([
    [`${root}/statement`, 400, 'invalid_request'],
    [`${root}/statement?from=2026-11-02&to=2026-11-01`, 400, 'invalid_request'],
    [`${root}/statement?from=2026-11-01&to=2026-12-02`, 400, 'invalid_request'],
    [`${root}/statement.csv?from=2026-02-30&to=2026-03-01`, 400, 'invalid_request'],
    [`${root}/statement?from=yesterday&to=today`, 400, 'invalid_request'],
    ['/v1/operator/merchants/nobody/statement?from=2026-11-01&to=2026-11-02', 404, 'merchant_not_found'],
    [`/v1/operator/merchants/${merchantId(3)}/settlement-terms`, 409, 'settlement_terms_missing'],
    ['/v1/operator/settlements?state=open', 400, 'invalid_request'],
    ['/v1/operator/settlements?cursor=abc', 400, 'cursor_invalid'],
    ['/v1/operator/settlements/0', 404, 'settlement_not_found'],
    ['/v1/operator/settlements/01900000-0000-7000-8000-000000000001', 404, 'settlement_not_found'],
  ])('%s is refused', async (path, status, code) => {
    const answer = await desk.send<{ code: string }>(path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  const good = {
    gateway: 'alipay',
    payeeKind: 'open_id',
    payeeId: '0abcdefgh',
    payeeName: '张三',
    minimumFen: 100,
    payoutMaxFen: 10_000,
  };
  test.each([
    ['an amount below what a gateway pays', { ...good, minimumFen: 9 }],
    ['part of a fen', { ...good, minimumFen: 100.5 }],
    ['a limit that cannot be split to', { ...good, payoutMaxFen: 19 }],
    [
      'a sign-in name without the name of its holder',
      { ...good, payeeKind: 'logon_id', payeeName: undefined },
    ],
    ['a sign-in name at WeChat Pay', { ...good, payeeKind: 'logon_id', gateway: 'wechatpay' }],
    [
      'large WeChat payouts without a name',
      { ...good, gateway: 'wechatpay', payeeName: undefined, payoutMaxFen: 200_000 },
    ],
    ['a gateway that there is not', { ...good, gateway: 'unionpay' }],
    ['an unknown field', { ...good, holdReason: null }],
    ['a name with a line end', { ...good, payeeName: '张\n三' }],
  ])('terms with %s are refused and change nothing', async (_, body) => {
    const before = await stack.db.selectFrom('merchantSettlementTerms').selectAll().execute();
    const answer = await desk.send<{ code: string }>(`${root}/settlement-terms`, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(await stack.db.selectFrom('merchantSettlementTerms').selectAll().execute()).toEqual(before);
  });

  test('nobody but an operator sees or does anything', async () => {
    for (const [method, path] of [
      ['GET', '/v1/operator/settlements'],
      ['GET', `${root}/statement.csv?from=2026-11-01&to=2026-11-02`],
      ['POST', `${root}/settlement-terms`],
      ['DELETE', `${root}/settlement-hold`],
    ] as const) {
      const response = await fetch(`${stack.apiUrl}${path}`, { method });
      expect(response.status).toBe(401);
    }
  });
});

test('the history of a paid order is untouched by its settlement', async () => {
  const [line] = (await statementOf('2026-11-17', '2026-11-17')).lines;
  const order = await stack.db
    .selectFrom('orders')
    .select(['id', 'accountId'])
    .where('orderNumber', '=', line?.orderNumber ?? '')
    .executeTakeFirstOrThrow();
  const read = await getOrder(stack.db, { accountId: order.accountId, orderId: order.id });
  expect(read?.state).toBe('paid');
});
