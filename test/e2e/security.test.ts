import { randomUUID } from 'node:crypto';

import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';

import { SEED_LINKS, type Database } from '../../cloud/store';
import { lockAccount } from '../../cloud/store/identity';
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

async function enter(pin: string): Promise<void> {
  for (const digit of pin) await phone.tap(`pin-${digit}`);
}

async function choosePin(): Promise<void> {
  await phone.shows('pin-asked', '请输入 6 位新密码');
  await enter(PIN);
  await phone.shows('pin-asked', '请再次输入新密码');
  await enter(PIN);
}

async function openSecurity(): Promise<void> {
  await page.reload();
  await phone.part('scan').waitFor();
  await phone.tab('我的');
  await phone.tap('open-security');
  await phone.part('lock-state').waitFor();
}

const peopleOf = (db: Database, host: 'weapp' | 'alipay') =>
  db.selectFrom('logins').select('accountId').where('host', '=', host);

/** Lifts the locks of a host's people, and forgets what they were locked for, as if a day had gone by. */
async function forgive(host: 'weapp' | 'alipay'): Promise<void> {
  await preview.query(async (db) => {
    await db
      .updateTable('accounts')
      .set({ lockedAt: null, lockReason: null, unlockAfter: null })
      .where('id', 'in', peopleOf(db, host))
      .execute();
    await db.deleteFrom('riskEvents').where('action', '=', 'pin_fail').execute();
  });
}

test.each(['weapp', 'alipay'] as const)(
  'in %s a large payment asks for a PIN, which is set on the way; lock, unlock and care follow',
  async (host) => {
    phone = new Phone(page, host);
    await phone.openLink(SEED_LINKS.openAmount);
    await phone.type('5001');
    await phone.pressConfirm();
    await phone.shows('challenge-amount', '5,001.00');
    await phone.part('no-pin').waitFor();
    await phone.screenshot('20-challenge-without-pin');
    await phone.tap('set-pin');
    await phone.shows('pin-asked', '请输入 6 位新密码');
    await enter('123456');
    await phone.shows('pin-asked', '请再次输入新密码');
    await enter('123456');
    await phone.shows('pin-problem', '密码过于简单');
    await phone.screenshot('21-weak-pin');
    expect(await phone.overflows()).toEqual([]);
    await choosePin();
    await phone.part('challenge-amount').waitFor();
    await enter('963850');
    await phone.shows('pin-problem', '还可输入 4 次');
    await phone.screenshot('22-wrong-pin');
    await enter(PIN);
    await phone.cashierShows('amount', '5005.50');
    await phone.password();
    await phone.result('支付成功');

    await openSecurity();
    await phone.screenshot('23-security-centre');
    expect(await phone.overflows()).toEqual([]);
    await phone.tap('lock-now');
    await phone.shows('lock-state', '你在');
    await phone.openLink(SEED_LINKS.fixedAmount);
    await phone.pressConfirm();
    await phone.shows('notice-message', '账户已锁定');

    await openSecurity();
    await phone.tap('unlock');
    await phone.shows('challenge-action', '解锁前');
    await enter(PIN);
    await phone.part('cautious').waitFor();
    await phone.screenshot('24-unlocked');
    await phone.openLink(SEED_LINKS.fixedAmount);
    await phone.pressConfirm();
    await phone.shows('challenge-amount', '88.00');
    for (const left of [4, 3, 2, 1]) {
      await enter('963850');
      await phone.shows('pin-problem', `还可输入 ${left} 次`);
    }
    // With the one before the right PIN these are five within an hour: risk control locked the account.
    await openSecurity();
    await phone.shows('lock-state', '被锁定');
    await phone.screenshot('25-locked-by-wrong-pins');
    await forgive(host);
  },
);

test.each(['weapp', 'alipay'] as const)(
  'in %s a finger is turned on with the PIN and pays a large payment; left, the PIN does',
  async (host) => {
    phone = new Phone(page, host);
    await preview.query((db) =>
      db.deleteFrom('paymentPins').where('accountId', 'in', peopleOf(db, host)).execute(),
    );
    await openSecurity();
    await phone.shows('biometric-why', '请先设置支付密码');
    await phone.tap('edit-pin');
    await choosePin();
    await phone.tap('biometric-on');
    await phone.shows('challenge-action', '开启前');
    await enter(PIN);
    await phone.asks('验证指纹');
    await phone.screenshot('33-finger-sheet');
    await phone.answer(true);
    await phone.shows('biometric-state', '已开启');
    await phone.screenshot('34-finger-on');
    expect(await phone.overflows()).toEqual([]);

    await phone.openLink(SEED_LINKS.openAmount);
    await phone.type('5001');
    await phone.pressConfirm();
    await phone.shows('challenge-amount', '5,001.00');
    await phone.answer(true);
    await phone.cashierShows('amount', '5005.50');
    await phone.password();
    await phone.result('支付成功');

    await phone.openLink('');
    await phone.tab('我的');
    await phone.tap('text-large');
    await phone.tap('open-messages');
    await phone.part('messages').getByText('安全设置已变更').first().waitFor();
    await phone.screenshot('38-security-changed-large');
    expect(await phone.overflows()).toEqual([]);
    await phone.openLink(SEED_LINKS.openAmount);
    await phone.type('5001');
    await phone.pressConfirm();
    await phone.shows('factor-asked', '请验证指纹或面容');
    await phone.asks('验证指纹');
    await phone.screenshot('35-finger-asked-large');
    await phone.answer(false);
    await phone.shows('pin-problem', '已取消指纹');
    await phone.screenshot('36-finger-left-large');
    expect(await phone.overflows()).toEqual([]);
    await enter(PIN);
    await phone.cashierShows('amount', '5005.50');
    await phone.password();
    await phone.result('支付成功');
    await openSecurity();
    await phone.part('biometric-off').scrollIntoViewIfNeeded();
    await phone.screenshot('37-finger-on-large');
    expect(await phone.overflows()).toEqual([]);
    await phone.tap('biometric-off');
    await phone.shows('challenge-action', '关闭前');
    await enter(PIN);
    await phone.shows('biometric-state', '未开启');
  },
);

test.each(['weapp', 'alipay'] as const)(
  'whom risk control locked is told why and until when, and appeals, in large text as well, inside %s',
  async (host) => {
    phone = new Phone(page, host);
    await phone.part('scan').waitFor();
    await phone.tab('我的');
    await phone.part('account-name').waitFor();
    await phone.tap('text-large');
    await preview.query((db) =>
      db.transaction().execute(async (transaction) => {
        const people = await transaction
          .selectFrom('logins')
          .select('accountId as id')
          .where('host', '=', host)
          .execute();
        for (const { id: accountId } of people) {
          const lock = {
            id: randomUUID(),
            accountId,
            reason: 'risk',
            sessionId: null,
            now: new Date(),
          } as const;
          await lockAccount(transaction, lock);
        }
      }),
    );
    await openSecurity();
    await phone.shows('lock-state', '操作异常');
    await phone.tap('open-locked');
    await phone.shows('locked-why', '因操作异常，账户已锁定');
    await phone.part('unlock-countdown').waitFor();
    await phone.screenshot('31-locked-large');
    expect(await phone.overflows()).toEqual([]);
    await phone.part('appeal').locator('textarea').fill('这笔付款是我本人操作');
    await phone.tap('send-appeal');
    await phone.shows('appeal-state', '工作人员正在核实');
    await phone.screenshot('32-appealed-large');
    expect(await phone.overflows()).toEqual([]);
    await forgive(host);
  },
);

test('the devices that are signed in are listed, and the others signed out', async () => {
  phone = new Phone(page, 'weapp');
  const { code } = await preview.control('login-codes', { host: 'weapp', user: 'xiaoming' });
  const other = { host: 'weapp', code, deviceId: 'a-lost-phone', deviceName: 'HUAWEI Mate 60 Pro' };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${preview.url}/v1/sessions`, { method: 'POST', headers, body: JSON.stringify(other) });
  await openSecurity();
  await phone.shows('security-events', '在新设备上登录');
  await phone.tap('open-devices');
  await phone.shows('device-0', '本机');
  await phone.shows('device-1', 'HUAWEI Mate 60 Pro · 微信账户');
  await phone.screenshot('28-devices');
  expect(await phone.overflows()).toEqual([]);
  await phone.tap('sign-out-others');
  await phone.confirmModal();
  await phone.part('no-others').waitFor();
});

test('a phone is set with the consent that the host asks for, and a code sent to it unlocks', async () => {
  phone = new Phone(page, 'alipay');
  await preview.query((db) => db.deleteFrom('paymentPins').execute());
  await openSecurity();
  await phone.tap('agree-phone');
  await phone.tap('set-phone');
  await phone.answer(false);
  await phone.shows('phone-problem', '没有获得手机号授权');
  await phone.tap('set-phone');
  await phone.answer(true);
  await phone.shows('phone-state', '已绑定');
  await phone.screenshot('29-phone');
  expect(await phone.overflows()).toEqual([]);
  await phone.tap('lock-now');
  await phone.shows('lock-state', '你在');
  await phone.tap('unlock');
  await phone.tap('send-sms');
  await phone.shows('sms-sent', '已发送到');
  await phone.screenshot('30-sms-code');
  expect(await phone.overflows()).toEqual([]);
  const { texts } = await preview.control('texts');
  await enter((texts as { params: string[] }[]).at(-1)?.params[0] ?? '');
  await phone.part('cautious').waitFor();
  // What follows starts without a phone.
  await preview.query((db) => db.deleteFrom('phones').execute());
});

test('a very large payment needs an authenticator app as well, which is set up on the way', async () => {
  phone = new Phone(page, 'alipay');
  // What the test before left of this phone's user is taken away.
  await preview.query((db) => db.deleteFrom('paymentPins').execute());
  await phone.openLink(SEED_LINKS.openAmount);
  await phone.type('30000');
  await phone.pressConfirm();
  await phone.tap('set-pin');
  await choosePin();
  await phone.shows('challenge-count', '需要 2 重验证');
  await enter(PIN);
  await phone.part('no-totp').waitFor();
  await phone.tap('set-totp');
  await phone.tap('begin-totp');
  await phone.shows('challenge-action', '绑定前');
  await enter(PIN);
  await phone.part('totp-qr').waitFor();
  await phone.screenshot('26-authenticator');
  expect(await phone.overflows()).toEqual([]);
  const secret = Secret.fromBase32(await phone.text('totp-secret'));
  await enter(TOTP.generate({ secret }));
  await phone.part('recovery-codes').waitFor();
  const [recoveryCode = ''] = (await phone.text('recovery-codes')).split(/\s+/);
  await phone.screenshot('27-recovery-codes');
  await phone.tap('totp-done');
  await phone.shows('factor-asked', '身份验证器');
  await phone.tap('use-recovery');
  await phone.part('recovery-code').locator('input').fill(recoveryCode);
  await phone.tap('send-recovery');
  await phone.cashierShows('amount', '30025.00');
  await phone.password();
  await phone.result('支付成功');
});
