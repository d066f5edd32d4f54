import type { Page } from 'playwright-core';

import { SEED_LINKS } from '../../cloud/store';
import { givePoints } from '../support/store';
import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

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

/** The points of all who have signed in inside one host: in the preview that is one person. */
const give = (host: 'weapp' | 'alipay', points: number) =>
  preview.query(async (db) => {
    const people = await db.selectFrom('logins').select('accountId as id').where('host', '=', host).execute();
    for (const { id } of people) await givePoints(db, { accountId: id, points, now: new Date() });
  });

test.each(['weapp', 'alipay'] as const)(
  'points are seen, pay a part of a payment and are told of, in large text as well, inside %s',
  async (host) => {
    const phone = new Phone(page, host);
    await phone.part('scan').waitFor();
    await phone.tab('我的');
    await phone.part('account-name').waitFor();
    await phone.tap('open-points');
    await phone.shows('points-available', '0');
    await page.locator(`.phone.${host}`).waitFor();
    await phone.screenshot('23-points-none');
    await give(host, 1_234);

    await page.reload();
    await phone.openLink(SEED_LINKS.fixedAmount);
    await phone.shows('redeem-text', '用 1234 积分抵 ¥12.34');
    await phone.tap('redeem-points');
    await phone.shows('price-total', '¥75.66');
    await phone.shows('reason-points_redeemed', '使用 1234 积分抵扣');
    await phone.screenshot('24-points-redeemed');
    expect(await phone.overflows()).toEqual([]);
    await phone.confirm();
    await phone.cashierShows('amount', '75.66');
    await phone.password();
    await phone.result('支付成功');
    await phone.shows('receipt-points-redeemed', '-¥12.34');

    await page.reload();
    await phone.tab('我的');
    await phone.tap('text-large');
    await phone.tap('open-points');
    await phone.shows('points-available', '0');
    await phone.shows('points-pending', '75');
    await phone.shows('points-statement', '使用积分抵扣');
    await phone.screenshot('25-points-large');
    expect(await phone.overflows()).toEqual([]);
  },
);
