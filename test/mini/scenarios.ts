import { linkPagePath } from '../../cloud/contract/paths';
import { SEED_COUPON, SEED_LINKS } from '../../cloud/store/seed-links';
import type { Cloud } from './harness/cloud';
import type { Device } from './harness/device';
import type { Launch } from './harness/native';

/** What a scenario is played with. */
export interface Play {
  readonly host: 'weapp' | 'alipay';
  readonly cloud: Cloud;
  readonly gateway: 'wechatpay' | 'alipay';
  readonly launch: (launch: Launch) => Promise<Device>;
  /** Keeps what was shown, to be compared with the other host. */
  readonly note: (step: string, text: string) => void;
  readonly verifyPayment: (device: Device) => void;
}

const PAY_PAGE = 'pages/pay/index';

/** A printed link as each host hands it over: WeChat URL-encoded in `q`, Alipay plain in `qrCode`. */
function scanned(play: Play, code: string): Launch {
  const link = `https://pay.example.com${linkPagePath(code)}`;
  return {
    path: PAY_PAGE,
    query: play.host === 'weapp' ? { q: encodeURIComponent(link) } : { qrCode: link },
  };
}

/** The code itself, in WeChat's mini-program code or Alipay's query. */
function coded(play: Play, code: string): Launch {
  return { path: PAY_PAGE, query: play.host === 'weapp' ? { scene: code } : { link: code } };
}

async function enterAmount(play: Play, device: Device, amount: string): Promise<void> {
  play.note('payee', await device.says('payee-name', /\S/));
  await device.type(amount);
  play.note('typed', await device.says('amount-typed', amount));
  const native = play.host === 'weapp' ? 'wechat' : 'alipay';
  await device.says(`total-${native}`, /¥/);
  play.note('price', await device.says('price-total', /¥/));
  play.note('reason', await device.text('reason-fee'));
  await device.says('confirm', /¥/);
}

async function result(play: Play, device: Device, title: string): Promise<void> {
  play.note('result', await device.says('result-title', title));
  play.note('total', await device.text('result-total'));
}

const dropNotification = (play: Play): Promise<unknown> =>
  play.cloud.control('faults', {
    gateway: play.gateway,
    operation: 'notify',
    fault: { kind: 'drop', times: 1 },
  });

/** What people do, the same list for both built packages. */
export const SCENARIOS: readonly { readonly name: string; readonly play: (play: Play) => Promise<void> }[] = [
  {
    name: 'opened by a printed link and paid',
    async play(play) {
      const device = await play.launch(scanned(play, SEED_LINKS.openAmount));
      await enterAmount(play, device, '628.50');
      await device.says('reason-fee', '超过 500 元的部分收取 0.1%');
      await device.says('price-total', '628.63');
      await device.tap('line-fee');
      play.note('details', await device.says('details-fee', /128\.50 元 × 0\.1% = 0\.1285 元.*standard_fee/));
      await device.tap('confirm');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
      play.note('receipt', await device.text('receipt-total'));
      play.note('points', await device.text('receipt-points'));
      play.note('paid by', await device.text('receipt-method'));
    },
  },
  {
    name: 'a code is entered, takes something off, and is used once',
    async play(play) {
      const device = await play.launch(scanned(play, SEED_LINKS.openAmount));
      await device.says('payee-name', /\S/);
      await device.type('30');
      await device.says('price-total', '30.00');
      await device.enter('coupon-code', 'nonsense');
      await device.tap('coupon-use');
      play.note('unknown', await device.says('coupon-outcome', '无效'));
      await device.enter('coupon-code', SEED_COUPON.toLowerCase());
      await device.tap('coupon-use');
      play.note('applied', await device.says('coupon-outcome', '已使用'));
      play.note('total', await device.says('price-total', '27.00'));
      await device.tap('line-discount');
      play.note('details', await device.says('details-discount', /30 元 × 10% = 3 元/));
      await device.says('confirm', '27.00');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
      const again = await play.launch({ path: 'packages/promotions/index', query: {} });
      play.note('promotions', await again.says('promotions', /新朋友九折.*已用完/));
    },
  },
  {
    name: 'opened by a code with a fixed amount and paid',
    async play(play) {
      const device = await play.launch(coded(play, SEED_LINKS.fixedLargeAmount));
      play.note('amount', await device.says('amount-typed', '1280'));
      play.note('keypad', String(device.isThere('key-1')));
      await device.says('confirm', '1,280.78');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
    },
  },
  {
    name: 'cancelled in the window, then paid',
    async play(play) {
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      device.native.decisions.push('cancel');
      await device.tap('confirm');
      await result(play, device, '已取消');
      play.note('hint', await device.text('result-hint'));
      await device.tap(play.host === 'weapp' ? 'pay-wechat' : 'pay-alipay');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
    },
  },
  {
    name: 'network lost in the window, paid all the same',
    async play(play) {
      await dropNotification(play);
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      device.native.decisions.push('network_lost');
      await device.tap('confirm');
      await result(play, device, '支付成功');
    },
  },
  {
    name: 'unknown result: confirming until the gateway tells',
    async play(play) {
      await dropNotification(play);
      // The window reports success while neither notification nor query can be had for a while.
      const query = play.host === 'weapp' ? 'query' : 'alipay.trade.query';
      await play.cloud.control('faults', {
        gateway: play.gateway,
        operation: query,
        fault: { kind: 'http_500', times: 2 },
      });
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      await device.tap('confirm');
      play.note('meanwhile', await device.says('result-title', '正在确认'));
      play.note('may pay again', String(device.isThere('pay-wechat') || device.isThere('pay-alipay')));
      await result(play, device, '支付成功');
    },
  },
  {
    name: 'a wrong amount cannot be entered',
    async play(play) {
      const device = await play.launch(scanned(play, SEED_LINKS.openAmount));
      await device.says('payee-name', /\S/);
      await device.type('00.123');
      play.note('typed', await device.says('amount-typed', '0.12'));
      for (let count = 0; count < 4; count += 1) await device.tap('key-del');
      await device.type('500001');
      play.note('typed', await device.says('amount-typed', '50000'));
      play.note('over the limit', await device.says('amount-refused', /\S/));
      expect(device.native.payments).toEqual([]);
    },
  },
  {
    name: 'an expired link says so',
    async play(play) {
      const device = await play.launch(scanned(play, SEED_LINKS.expired));
      play.note('notice', await device.says('notice-message', '过期'));
      play.note('keypad', String(device.isThere('key-1')));
    },
  },
  {
    name: 'not enough money: another try is offered',
    async play(play) {
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      device.native.decisions.push('insufficient');
      await device.tap('confirm');
      await result(play, device, '支付未成功');
    },
  },
  {
    name: 'notices are offered after a payment, and to whoever refused not again',
    async play(play) {
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      play.note('offer', await device.says('notice-offer-text', '通知你'));
      await device.tap('allow-notices');
      play.note('refused', await device.says('notice-offer-text', '没有开启'));
      await device.tap('view-order');
      await device.tap('pay-again');
      await device.says('confirm', '88.00');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      await device.says('receipt-points', /\d/);
      play.note('offered again', String(device.isThere('notice-offer')));
    },
  },
  {
    name: 'notices are allowed',
    async play(play) {
      const device = await play.launch(coded(play, SEED_LINKS.fixedAmount));
      await device.says('confirm', '88.00');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      device.native.noticeAnswers.push(true);
      await device.tap('allow-notices');
      play.note('allowed', await device.says('notice-offer-text', '已开启'));
      play.note('asks again', String(device.isThere('allow-notices')));
    },
  },
  {
    name: 'a large payment asks for the PIN, which is set on the way',
    async play(play) {
      const enter = async (device: Device, pin: string): Promise<void> => {
        for (const digit of pin) await device.tap(`pin-${digit}`);
      };
      const device = await play.launch(scanned(play, SEED_LINKS.openAmount));
      await enterAmount(play, device, '5001');
      await device.tap('confirm');
      play.note('challenge', await device.says('challenge-amount', '5,001.00'));
      await device.tap('set-pin');
      for (const asked of ['请输入 6 位新密码', '请再次输入新密码']) {
        await device.says('pin-asked', asked);
        await enter(device, '739164');
      }
      await device.says('challenge-action', '付款前');
      await enter(device, '963850');
      play.note('wrong', await device.says('pin-problem', '还可输入 4 次'));
      await enter(device, '739164');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
    },
  },
  {
    name: 'a finger is turned on with the PIN and a touch, and off with the PIN',
    async play(play) {
      const enter = async (device: Device, pin: string): Promise<void> => {
        for (const digit of pin) await device.tap(`pin-${digit}`);
      };
      const device = await play.launch({ path: 'packages/security/index', query: {} });
      play.note('before', await device.says('biometric-why', /\S/));
      await device.tap('edit-pin');
      for (const asked of ['请输入 6 位新密码', '请再次输入新密码']) {
        await device.says('pin-asked', asked);
        await enter(device, '739164');
      }
      const turn = async (id: string, asked: string): Promise<void> => {
        await device.tap(id);
        await device.says('challenge-action', asked);
        await enter(device, '739164');
      };
      await device.says('pin-state', '设置于');
      device.native.touches.push(false);
      await turn('biometric-on', '开启前');
      play.note('left', await device.says('biometric-problem', '已取消'));
      await turn('biometric-on', '开启前');
      await device.says('biometric-state', '已开启');
      await turn('biometric-off', '关闭前');
      play.note('off', await device.says('biometric-state', '未开启'));
    },
  },
  {
    name: 'the devices that are signed in are listed, and the others signed out',
    async play(play) {
      const page: Launch = { path: 'packages/security/index', query: {} };
      const first = await play.launch(page);
      await first.says('lock-state', '账户正常');
      const device = await play.launch(page);
      await device.tap('open-devices');
      await device.says('device-0', '本机');
      await device.says('device-1', 'test');
      play.note('may sign itself out', String(device.isThere('sign-out-0')));
      await device.tap('sign-out-1');
      play.note('left', await device.says('no-others', /\S/));
    },
  },
  {
    name: 'the phone is told by the host, and a code sent to it unlocks',
    async play(play) {
      const device = await play.launch({ path: 'packages/security/index', query: {} });
      play.note('before', await device.says('phone-state', '未绑定'));
      await device.agree('agree-phone');
      await device.tellPhone('set-phone');
      await device.says('phone-state', /已绑定 \d{3}\*{4}\d{4}/);
      await device.tap('lock-now');
      await device.says('lock-state', '你在');
      await device.tap('unlock');
      await device.says('challenge-action', '解锁前');
      await device.tap('send-sms');
      await device.says('sms-sent', '已发送到');
      const { phone } = await play.cloud.read<{ phone: string }>(`users/${device.native.user}`);
      const { texts } = await play.cloud.read<{ texts: { params: string[] }[] }>(`texts?phone=${phone}`);
      for (const digit of texts.at(-1)?.params[0] ?? '') await device.tap(`pin-${digit}`);
      play.note('unlocked', (await device.says('cautious', '刚解锁')).slice(0, 3));
    },
  },
  {
    name: 'a bank card is bound once its consent is given, known again, and removed',
    async play(play) {
      const enter = async (device: Device, number: string): Promise<void> => {
        for (const digit of number) await device.tap(`card-${digit}`);
      };
      const device = await play.launch({ path: 'packages/security/index', query: {} });
      await device.tap('open-bank-cards');
      play.note('none', await device.says('no-cards', '还没有'));
      play.note('what for', await device.says('cards-what', '不会从卡里扣款'));
      await device.tap('add-card');
      await device.agree('agree-card');
      await enter(device, '4111111111111111222');
      play.note('slip', await device.says('card-problem', '有误'));
      for (let count = 0; count < 19; count += 1) await device.tap('card-delete');
      await enter(device, '4111111111111111');
      play.note('grouped', await device.says('card-number', '4111 1111 1111 1111'));
      await device.leaveAndReturn();
      play.note('cleared', await device.says('card-cleared', '已清空'));
      play.note('nothing left', await device.says('card-number', '请输入卡号'));
      await enter(device, '4111111111111111');
      await device.tap('bind-card');
      play.note('bound', await device.says('cards-told', '尾号 1111'));
      play.note('listed', await device.says('bank-card-name-0', 'Visa'));
      await device.tap('add-card');
      await enter(device, '4111111111111111');
      await device.tap('bind-card');
      play.note('twice', await device.says('card-problem', '已绑定'));
      await device.tap('cancel-card');
      await device.tap('remove-card-0');
      play.note('removed', await device.says('cards-told', '已移除'));
      play.note('none left', await device.says('no-cards', '还没有'));
    },
  },
  {
    name: 'apps are linked by whoever has a phone and a PIN, agrees and proves both',
    async play(play) {
      const device = await play.launch({ path: 'packages/linking/index', query: {} });
      play.note('needs', await device.says('link-other', '支付密码'));
      await device.tap('enter-code');
      await device.enter('code-input', 'AAAA-BBBB');
      await device.tap('look-code');
      play.note('short', await device.says('linking-problem', '不是有效的关联码'));
      await device.enter('code-input', 'AAAA-BBBB-CCCC');
      await device.tap('look-code');
      play.note('bare', await device.says('linking-problem', '手机号'));
      const other = await play.launch({ path: 'packages/linking/code/index', query: {} });
      play.note('consent', await other.says('agree-linking', '同意'));
      await other.tap('agree-linking');
      play.note('make', await other.says('make-code', '生成关联码'));
    },
  },
  {
    name: 'paid, found in the orders, paid again',
    async play(play) {
      const device = await play.launch(scanned(play, SEED_LINKS.openAmount));
      await enterAmount(play, device, '5');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      await device.tap('view-order');
      play.note('state', await device.says('order-state', '已支付'));
      await device.tap('pay-again');
      await enterAmount(play, device, '6');
      await device.tap('confirm');
      await result(play, device, '支付成功');
      play.verifyPayment(device);
    },
  },
];

/** Where the hosts differ on purpose. */
export const EXPECTED_DIFFERENCES: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /paid by: 微信支付 \| paid by: 支付宝/,
    reason: 'each host pays with its own wallet, and the receipt names it',
  },
  {
    pattern: /(offer|allowed): .*在微信里通知你 \| \1: .*在支付宝里通知你/,
    reason: 'the host that shows the notices is named',
  },
];
