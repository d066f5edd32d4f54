import type { Page } from 'playwright-core';

import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

let preview: Preview;
let page: Page;
let phone: Phone;

beforeAll(async () => {
  preview = await startPreview();
}, 120_000);
afterAll(() => preview?.close());
afterEach(async () => {
  await page.close();
  expect(preview.complaints).toEqual([]);
});

test.each(['weapp', 'alipay'] as const)(
  'in %s nobody is signed in before they agree; declining lets them look around',
  async (host) => {
    page = await preview.open({ agreed: false });
    phone = new Phone(page, host);
    await phone.part('read-user_agreement').waitFor();
    await phone.screenshot('50-consent');
    expect(await phone.overflows()).toEqual([]);
    const logins = await preview.query((db) => db.selectFrom('logins').selectAll().execute());
    expect(logins.filter((login) => login.host === host)).toEqual([]);
    await phone.tap('read-privacy_policy');
    await phone.shows('document', '隐私政策');
    // The page slides in.
    await page.waitForTimeout(1_000);
    expect(await phone.overflows()).toEqual([]);
    await page.reload();
    await phone.tap('decline');
    await phone.shows('notice-message', '同意');
    await phone.part('search').locator('input').fill('奶茶');
    await phone.part('results').waitFor();
    await page.reload();
    await phone.tap('agree');
    await phone.shows('recent', '');
    await phone.tab('我的');
    await phone.part('account-name').waitFor();
    const said = await preview.query((db) => db.selectFrom('consents').selectAll().execute());
    expect(said.filter((consent) => consent.host === host)).toHaveLength(2);
  },
);

test('consents, a copy of the data, and a deletion that is taken back', async () => {
  page = await preview.open();
  phone = new Phone(page, 'weapp');
  await phone.part('scan').waitFor();
  await phone.tab('我的');
  await phone.tap('open-privacy');
  await phone.shows('state-privacy_policy', '已同意');
  await phone.shows('state-bank_card', '未同意');
  await phone.tap('give-bank_card');
  await phone.shows('state-bank_card', '已同意');
  await phone.tap('withdraw-bank_card');
  await phone.confirmModal();
  await phone.shows('state-bank_card', '已撤回');
  await phone.tap('ask-export');
  await phone.part('export-0').waitFor();
  await phone.tap('ask-deletion');
  await phone.confirmModal();
  await phone.shows('deletion-state', '注销');
  await phone.screenshot('51-privacy');
  expect(await phone.overflows()).toEqual([]);

  await page.reload();
  await phone.part('scan').waitFor();
  await phone.tab('我的');
  await phone.shows('deletion-due', '注销');
  await phone.tap('text-large');
  await phone.tap('open-deletion');
  await phone.shows('export-0', '已就绪');
  const download = page.waitForEvent('download');
  await phone.tap('fetch-0');
  expect((await download).suggestedFilename()).toMatch(/^tpwallet-.*\.json$/);
  await phone.tap('cancel-deletion');
  await phone.part('ask-deletion').waitFor();
  expect(await phone.overflows()).toEqual([]);
  await phone.screenshot('52-privacy-large');
});
