import type { Page } from 'playwright-core';

import { SEED_LINKS } from '../../cloud/store';
import { merchantId } from '../../cloud/store/seed';
import { settled } from '../support/settlements';
import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

/** What hosts ask their users in windows of their own, besides for payments. */
let preview: Preview;
let page: Page;

beforeAll(async () => {
  preview = await startPreview();
}, 120_000);
afterAll(() => preview?.close());
beforeEach(async () => {
  page = await preview.open();
});
afterEach(async () => {
  await page.close();
  expect(preview.complaints).toEqual([]);
});

async function pay(phone: Phone): Promise<void> {
  await phone.openLink('');
  await phone.openLink(SEED_LINKS.fixedAmount);
  await phone.confirm();
  await phone.password();
  await phone.result('支付成功');
}

describe.each(['weapp', 'alipay'] as const)('notices in %s', (host) => {
  const noticesShown = async (): Promise<number> => {
    const { messages } = (await preview.control('state')) as {
      messages: { host: string; templateId: string }[];
    };
    return messages.filter((message) => message.host === host && message.templateId === 'sandbox-paid')
      .length;
  };

  test('are offered once the payment is made, and refused once is not asked again', async () => {
    const phone = new Phone(page, host);
    await pay(phone);
    await phone.part('notice-offer').waitFor();
    await phone.screenshot('30-notices-offered');
    await phone.tap('allow-notices');
    await phone.screenshot('31-notices-asked');
    await phone.answer(false);
    await phone.shows('notice-offer-text', '没有开启');
    expect(await phone.part('allow-notices').count()).toBe(0);
    await pay(phone);
    await phone.part('view-order').waitFor();
    expect(await phone.part('notice-offer').count()).toBe(0);

    // Whoever comes to look for them can still turn them on.
    await page.reload();
    await phone.tab('我的');
    await phone.tap('open-messages');
    await phone.tap('allow-notices');
    await phone.answer(true);
    await phone.shows('notice-offer-text', '已开启');
    await phone.screenshot('32-notices-allowed');
    expect(await phone.overflows()).toEqual([]);
    const before = await noticesShown();
    await pay(phone);
    for (let tries = 0; tries < 100 && (await noticesShown()) === before; tries += 1) {
      await page.waitForTimeout(100);
    }
    expect(await noticesShown()).toBe(before + 1);
  });
});

test('a payout waits for its payee, who confirms it in the host', async () => {
  const phone = new Phone(page, 'weapp');
  const merchant = merchantId(1);
  await preview.query((db) => settled(db, { merchantId: merchant, amountFen: 45_678 }));
  const payout = await untilSent();
  await phone.tab('我的');
  await phone.shows('open-payouts', '1 笔');
  await phone.screenshot('33-payout-on-me');
  await phone.tap('open-payouts');
  await phone.shows(`state-${payout}`, '待确认');
  await phone.screenshot('34-payout-waiting');
  await phone.tap(`confirm-${payout}`);
  await phone.answer(false);
  await phone.shows(`step-${payout}`, '还没有收到确认结果');
  await phone.screenshot('35-payout-left-unconfirmed');
  expect(await phone.overflows()).toEqual([]);
  await phone.tap(`confirm-${payout}`);
  await phone.answer(true);
  await phone.shows(`state-${payout}`, '已到账');
  await phone.screenshot('36-payout-received');
  const state = await preview.query((db) =>
    db.selectFrom('settlements').select('state').where('merchantId', '=', merchant).executeTakeFirstOrThrow(),
  );
  expect(state).toEqual({ state: 'paid' });
});

/** The payout of the settlement, once the jobs have sent it. */
async function untilSent(): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const sent = await preview.query((db) =>
      db.selectFrom('payouts').select('id').where('state', '=', 'awaiting_payee').executeTakeFirst(),
    );
    if (sent) return sent.id;
    await page.waitForTimeout(100);
  }
  throw new Error('no payout was sent');
}
