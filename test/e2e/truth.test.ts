import type { Page } from 'playwright-core';

import { closeOrder, SEED_LINKS } from '../../cloud/store';
import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

/** What users read while things go wrong: true whatever happened, and never more than is known. */
let preview: Preview;
let page: Page;

beforeAll(async () => {
  // Refunds of WeChat Pay take a minute, too long to watch.
  preview = await startPreview({ notifyTimeScale: 0.02 });
}, 120_000);
afterAll(() => preview?.close());
beforeEach(async () => {
  page = await preview.open();
});
afterEach(async () => {
  await clearFaults();
  await page.close();
  expect(preview.complaints).toEqual([]);
});

const fault = (gateway: string, operation: string, kind: string, times = 1) =>
  preview.control('faults', { gateway, operation, fault: { kind, times } });
const clearFaults = () => preview.control('faults', undefined, 'DELETE');

/** The order that was placed last. */
const newestOrder = () =>
  preview.query((db) =>
    db.selectFrom('orders').select(['id', 'state']).orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
  );

test.each([
  ['weapp', 'wechatpay', 'query'],
  ['alipay', 'alipay', 'alipay.trade.query'],
] as const)('in %s a payment is being confirmed while nobody can be asked', async (host, gateway, query) => {
  const phone = new Phone(page, host);
  await fault(gateway, 'notify', 'drop', 100);
  await fault(gateway, query, 'http_500', 1_000);
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.confirm();
  await phone.password();
  await phone.result('正在确认');
  await phone.screenshot('40-confirming');
  expect(await phone.part('pay-wechat').count()).toBe(0);
  expect(await phone.part('pay-alipay').count()).toBe(0);
  await clearFaults();
  await phone.result('支付成功');
});

test('whoever comes back to an open order is told what is known, and pays it', async () => {
  const phone = new Phone(page, 'weapp');
  await fault('wechatpay', 'jsapi', 'refuse');
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.pressConfirm();
  await phone.shows('notice-message', '暂不可用');
  await phone.screenshot('41-refused');
  await phone.tap('pay-wechat');
  await phone.decide('insufficient');
  await phone.result('支付未成功');
  await phone.screenshot('42-failed');
  await phone.tap('pay-wechat');
  await phone.decide('cancel');
  await phone.result('已取消支付');
  await phone.shows('result-hint', '还没有收到付款');
  await phone.screenshot('43-cancelled');
  await phone.tap('view-order');
  await phone.shows('order-state', '等待付款');
  await phone.screenshot('44-order-open');
  await phone.tap('continue');
  await phone.result('等待支付');
  await phone.shows('result-hint', '如刚刚已付款，本页会自动更新');
  await phone.screenshot('45-come-back');
  await phone.tap('pay-wechat');
  await phone.password();
  await phone.result('支付成功');
});

test('a second payment of one order is returned, and the payer reads so', async () => {
  const phone = new Phone(page, 'weapp');
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.tap('method-alipay');
  await phone.pressConfirm();
  await phone.part('handoff-code').waitFor();
  await phone.screenshot('46-handoff');
  const { id } = await newestOrder();
  const { invocation } = await preview.query((db) =>
    db.selectFrom('attempts').select('invocation').where('orderId', '=', id).executeTakeFirstOrThrow(),
  );
  // The code cannot be ended at its gateway, so that it can be paid as well.
  await fault('alipay', 'alipay.trade.close', 'http_500', 100);
  await phone.tap('pay-wechat');
  await phone.cashierShows('amount', '88.00');
  const { codeUrl } = invocation as unknown as { codeUrl: string };
  await preview.control('pay-code', { codeUrl, host: 'alipay', user: 'friend', password: '123456' });
  await phone.result('支付成功');
  await phone.password();
  await phone.shows('result-hint', '这笔订单多收到一笔付款 ¥88.00');
  await phone.screenshot('47-second-payment');
  await phone.untilRefund(id, '已原路退回');
  await phone.shows('refunds', '重复付款');
  await phone.screenshot('48-second-payment-returned');
  expect(await phone.overflows()).toEqual([]);
});

test('a payment that came after the order was closed is returned, and the payer reads so', async () => {
  const phone = new Phone(page, 'weapp');
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.confirm();
  const { id } = await newestOrder();
  // The close goes around the gateway, as if its answer had been forged.
  await preview.query((db) =>
    closeOrder(db, { orderId: id, reason: 'expired', actor: 'system', now: new Date() }),
  );
  await phone.password();
  await phone.result('款项会退回给你');
  await phone.shows('result-hint', '订单关闭后收到了付款');
  await phone.screenshot('49-paid-after-close');
  await phone.untilRefund(id, '已原路退回');
  await phone.shows('order-state', '已关闭');
  await phone.screenshot('50-paid-after-close-returned');
  expect(await phone.part('price-points').count()).toBe(0);
});
