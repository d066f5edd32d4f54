import { sql } from 'kysely';
import type { Page } from 'playwright-core';

import { SEED_LINKS } from '../../cloud/store';
import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

const PIN = '739164';

let preview: Preview;
let page: Page;

beforeAll(async () => {
  preview = await startPreview();
}, 120_000);
afterAll(() => preview?.close());
beforeEach(async () => {
  page = await preview.open({ onePerson: true });
});
afterEach(async () => {
  await page.close();
  expect(preview.complaints).toEqual([]);
});

async function enter(phone: Phone, digits: string): Promise<void> {
  for (const digit of digits) await phone.tap(`pin-${digit}`);
}

/** The PIN, then a code that is sent to the phone: two factors, as there are two. */
async function prove(phone: Phone): Promise<void> {
  await phone.shows('challenge-count', '2');
  await enter(phone, PIN);
  // Nobody waits a minute here before the next text goes to the same number.
  await preview.query((db) => sql`update sms_codes set sent_at = sent_at - interval '1 hour'`.execute(db));
  await phone.tap('send-sms');
  await phone.shows('sms-sent', '已发送到');
  const { texts } = await preview.control('texts');
  await enter(phone, (texts as { params: string[] }[]).at(-1)?.params[0] ?? '');
}

/** Pays once, sets a PIN and the phone, and opens the page on which apps are linked. */
async function prepare(phone: Phone): Promise<void> {
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.confirm();
  await phone.password();
  await phone.result('支付成功');
  await page.reload();
  await phone.part('scan').waitFor();
  await phone.tab('我的');
  await phone.tap('open-security');
  await phone.tap('edit-pin');
  for (const asked of ['请输入 6 位新密码', '请再次输入新密码']) {
    await phone.shows('pin-asked', asked);
    await enter(phone, PIN);
  }
  await phone.tap('agree-phone');
  await phone.tap('set-phone');
  await phone.answer(true);
  await phone.part('challenge-action').waitFor();
  await enter(phone, PIN);
  await phone.shows('phone-state', '已绑定');
  await phone.tap('open-linking');
  await phone.part('link-other').waitFor();
}

test('one person links WeChat and Alipay, sees both orders and all points, and takes one off again', async () => {
  const [kept, gone] = [new Phone(page, 'weapp'), new Phone(page, 'alipay')];
  await prepare(kept);
  await kept.screenshot('60-linking');
  await kept.tap('show-code');
  await kept.tap('agree-linking');
  await kept.tap('make-code');
  await prove(kept);
  await kept.part('link-qr').waitFor();
  const code = await kept.text('link-code');
  await kept.screenshot('61-link-code');
  expect(await kept.overflows()).toEqual([]);

  await prepare(gone);
  await gone.tap('enter-code');
  await gone.part('code-input').locator('input').fill('AAAA-BBBB-CCCC');
  await gone.tap('look-code');
  await gone.shows('linking-problem', '关联码无效');
  await gone.part('code-input').locator('input').fill(code.toLowerCase());
  await gone.tap('look-code');
  await gone.shows('join-preview', '将并入微信账户');
  await gone.shows('join-preview', '1 笔订单');
  await gone.tap('agree-linking');
  await gone.part('join-now').waitFor();
  await gone.screenshot('62-join-preview');
  expect(await gone.overflows()).toEqual([]);
  await gone.tap('join-now');
  await prove(gone);
  await gone.part('linking-done').waitFor();
  await gone.screenshot('63-linked');
  await gone.tap('linking-home');
  await gone.shows('linked-hosts', '微信账户 · 支付宝账户');
  const points = Number(await gone.text('points-balance'));
  await gone.screenshot('64-me-linked');
  await gone.tab('账单');
  const orders = await preview.query((db) => db.selectFrom('orders').select('id').execute());
  expect(orders).toHaveLength(2);
  for (const { id } of orders) await gone.part(`order-${id}`).waitFor();
  await gone.screenshot('65-orders-of-both');

  await page.reload();
  await kept.tab('我的');
  await kept.shows('points-balance', String(points));
  await kept.tab('账单');
  for (const { id } of orders) await kept.part(`order-${id}`).waitFor();
  await kept.tab('我的');
  await kept.tap('open-security');
  await kept.tap('open-linking');
  await kept.part('both-linked').waitFor();
  await kept.screenshot('66-both-linked');
  expect(await kept.overflows()).toEqual([]);
  await kept.tap('unlink-alipay');
  await kept.confirmModal();
  await prove(kept);
  await kept.part('link-other').waitFor();
  await page.reload();
  await gone.tab('我的');
  // Whoever has a new account agrees anew.
  await gone.tap('agree');
  await gone.shows('points-balance', '0');
}, 600_000);
