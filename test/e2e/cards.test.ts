import type { Page } from 'playwright-core';

import { fitsLuhn } from '../../cloud/domain/cards';
import { Phone } from './phone';
import { startPreview, type Preview } from './preview';

const PIN = '739164';

let preview: Preview;
let page: Page;
let phone: Phone;

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

/** A number of a debit card of ICBC. */
function cardNumber(serial: number): string {
  const body = `622202${String(serial).padStart(12, '0')}`;
  return body + [...'0123456789'].find((digit) => fitsLuhn(body + digit));
}
async function enter(keys: string, digits: string): Promise<void> {
  for (const digit of digits) await phone.tap(`${keys}-${digit}`);
}
async function bind(number: string): Promise<void> {
  await phone.tap('add-card');
  await enter('card', number);
  await phone.tap('bind-card');
}
async function openCards(): Promise<void> {
  await phone.part('scan').waitFor();
  await phone.tab('我的');
  await phone.tap('open-security');
  await phone.tap('open-bank-cards');
}

test.each(['weapp', 'alipay'] as const)(
  'in %s cards are bound by consent, the fourth of a day by a challenge, and removed',
  async (host) => {
    phone = new Phone(page, host);
    await openCards();
    await phone.shows('no-cards', '还没有');
    await phone.shows('cards-what', '不会从卡里扣款');
    await phone.tap('add-card');
    await phone.part('agree-card').waitFor();
    await phone.screenshot('60-card-consent');
    expect(await phone.overflows()).toEqual([]);
    await phone.tap('agree-card');
    await enter('card', cardNumber(0));
    await phone.shows('card-number', '6222 0200 0000');
    await phone.screenshot('61-card-number');
    expect(await phone.overflows()).toEqual([]);
    await phone.tap('bind-card');
    await phone.shows('cards-told', '已绑定工商银行储蓄卡');
    await bind(cardNumber(0));
    await phone.shows('card-problem', '已绑定');
    await phone.tap('cancel-card');
    for (const serial of [1, 2]) {
      await bind(cardNumber(serial));
      await phone.shows('cards-told', `尾号 ${cardNumber(serial).slice(-4)}`);
    }
    await bind(cardNumber(3));
    await phone.shows('challenge-action', '绑定银行卡前');
    await phone.tap('set-pin');
    for (const asked of ['请输入 6 位新密码', '请再次输入新密码']) {
      await phone.shows('pin-asked', asked);
      await enter('pin', PIN);
    }
    await phone.shows('challenge-action', '绑定银行卡前');
    await enter('pin', PIN);
    await phone.shows('cards-told', `尾号 ${cardNumber(3).slice(-4)}`);
    await phone.screenshot('62-cards');
    await phone.tap('remove-card-0');
    await phone.confirmModal();
    await phone.shows('cards-told', '已移除');
    const kept = await preview.query((db) =>
      db
        .selectFrom('bankCards')
        .innerJoin('logins', 'logins.accountId', 'bankCards.accountId')
        .select('lastFour')
        .where('host', '=', host)
        .where('bankCards.deletedAt', 'is', null)
        .execute(),
    );
    expect(kept).toHaveLength(3);
  },
);

test.each(['weapp', 'alipay'] as const)(
  'in %s cards and the keys for a number fit in large text',
  async (host) => {
    phone = new Phone(page, host);
    await phone.part('scan').waitFor();
    await phone.tab('我的');
    await phone.part('account-name').waitFor();
    await phone.tap('text-large');
    await phone.tap('open-security');
    await phone.tap('open-bank-cards');
    await phone.part('bank-card-name-0').waitFor();
    expect(await phone.overflows()).toEqual([]);
    await phone.tap('add-card');
    await enter('card', '4111111111111111');
    await phone.shows('card-number', '4111 1111 1111 1111');
    await phone.screenshot('63-card-large-text');
    expect(await phone.overflows()).toEqual([]);
  },
);
