import { createPublicKey, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { SEED_LINKS } from '../../cloud/store/seed-links';
import { rewriteAlipayPackage } from './harness/alipay-as-wechat';
import { startCloud, type Cloud } from './harness/cloud';
import { Device } from './harness/device';
import { EXPECTED_DIFFERENCES, SCENARIOS, type Play } from './scenarios';

const DIST = join(__dirname, '../../dist');
const HOSTS = ['weapp', 'alipay'] as const;

let cloud: Cloud;
let alipay: ReturnType<typeof rewriteAlipayPackage>;
/** What each host showed, scenario by scenario, step by step. */
const shown = new Map<string, Record<(typeof HOSTS)[number], string[]>>();

beforeAll(async () => {
  for (const host of HOSTS) {
    if (!existsSync(join(DIST, host, 'app.json'))) {
      throw new Error(`dist/${host} is missing: run \`npm run build:${host}\` first.`);
    }
  }
  alipay = rewriteAlipayPackage(join(DIST, 'alipay'));
  cloud = await startCloud();
}, 60_000);
/** What the template engine complains of: elements without a template, which a phone would leave out. */
let complaints: jest.SpyInstance;
beforeEach(() => {
  complaints = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  await cloud.clearFaults();
  expect(complaints.mock.calls.map(([text]) => String(text).slice(0, 200))).toEqual([]);
  complaints.mockRestore();
});
afterAll(async () => {
  alipay?.remove();
  await cloud?.close();
});

describe.each(HOSTS)('the built package of %s', (host) => {
  test.each(SCENARIOS)('$name', async ({ name, play }) => {
    const lines: string[] = [];
    const devices: Device[] = [];
    const context: Play = {
      host,
      cloud,
      gateway: host === 'weapp' ? 'wechatpay' : 'alipay',
      note: (step, text) => lines.push(`${step}: ${text}`),
      launch: async (launch) => {
        devices.at(-1)?.close();
        const folder = host === 'weapp' ? join(DIST, 'weapp') : alipay.folder;
        const device = await Device.launch({
          cloud,
          host,
          folder,
          user: `${host}-${name.replace(/\W/g, '-')}`.slice(0, 32),
          launch,
        });
        devices.push(device);
        return device;
      },
      verifyPayment: (device) => verifyNativeCall(device),
    };
    await play(context);
    devices.at(-1)?.close();
    const record = shown.get(name) ?? { weapp: [], alipay: [] };
    record[host] = lines;
    shown.set(name, record);
  });
});

test('a payee opens a code in WeChat and confirms the payout', async () => {
  const { id, payee } = cloud.waitingPayout;
  const device = await Device.launch({
    cloud,
    host: 'weapp',
    folder: join(DIST, 'weapp'),
    user: payee,
    launch: { path: 'packages/payouts/index', query: { scene: id.replaceAll('-', '') } },
  });
  expect(await device.says(`state-${id}`, /./)).toBe('待确认');
  expect(await device.text(`amount-${id}`)).toBe('¥456.78');
  await device.tap(`confirm-${id}`);
  await device.says(`state-${id}`, '已到账');
  expect(device.isThere(`confirm-${id}`)).toBe(false);
  device.close();
});

test.each(HOSTS)('points pay a part in %s, and their page tells of it', async (host) => {
  const device = await Device.launch({
    cloud,
    host,
    folder: host === 'weapp' ? join(DIST, host) : alipay.folder,
    user: cloud.pointsUser,
    launch: { path: 'pages/pay/index', query: { link: SEED_LINKS.fixedAmount } },
  });
  await device.says('redeem-text', '用 1200 积分抵 ¥12.00');
  await device.says('confirm', '88.00');
  await device.tap('redeem-points');
  await device.says('confirm', '76.00');
  await device.says('reason-points_redeemed', '使用 1200 积分抵扣');
  await device.tap('confirm');
  await device.says('result-title', '支付成功');
  await device.says('receipt-points-redeemed', '-¥12.00');
  device.close();

  const again = await Device.launch({
    cloud,
    host,
    folder: host === 'weapp' ? join(DIST, host) : alipay.folder,
    user: cloud.pointsUser,
    launch: { path: 'packages/points/index', query: {} },
  });
  await again.says('points-available', '0');
  await again.says('points-pending', '76');
  await again.says('points-tier', '普通');
  await again.says('points-next', '再得 2000 积分升为银等级');
  await again.says('points-statement', '使用积分抵扣');
  again.close();
});

test.each(HOSTS)('whoever is locked learns why and until when in %s, and appeals', async (host) => {
  const open = (path: string, query: Record<string, string> = {}): Promise<Device> =>
    Device.launch({
      cloud,
      host,
      folder: host === 'weapp' ? join(DIST, host) : alipay.folder,
      user: cloud.lockedUser,
      launch: { path, query },
    });
  const device = await open('packages/security/index');
  await device.says('lock-state', '因操作异常');
  expect(device.isThere('unlock')).toBe(false);
  await device.tap('open-locked');
  await device.says('locked-why', '因操作异常');
  await device.says('locked-since', /^锁定时间：\d{4}-/);
  await device.says('unlock-from', /^\d\d-\d\d \d\d:\d\d 起可以解锁/);
  const first = await device.says('unlock-countdown', /^\s*\d\d:\d\d\s*$/);
  await device.says('unlock-countdown', new RegExp(`^(?!\\s*${first})`));
  await device.enter('appeal', '这笔付款是我本人操作');
  await device.tap('send-appeal');
  await device.says('appeal-state', '正在核实');
  await device.says('appeal-text', '这笔付款是我本人操作');
  expect(device.isThere('send-appeal')).toBe(false);
  device.close();

  const paying = await open('pages/pay/index', { link: SEED_LINKS.fixedAmount });
  await paying.says('confirm', /¥|支付/);
  await paying.says('price-total', /¥/);
  await paying.tap('confirm');
  await paying.says('notice-message', '账户已锁定');
  await paying.tap('why-locked');
  await paying.says('locked-why', '因操作异常');
  await paying.says('appeal-state', '正在核实');
  paying.close();
});

/** What the native API was called with: exactly its parameters, genuinely signed or known to the gateway. */
function verifyNativeCall(device: Device): void {
  const call = device.native.payments.at(-1);
  if (call === undefined) throw new Error('the native payment API was not called');
  if (device.native.host === 'alipay') {
    expect(call.parameters).toEqual({ tradeNO: expect.stringMatching(/^\d{28}$/) });
    return;
  }
  const { timeStamp, nonceStr, package: prepay, signType, paySign, ...others } = call.parameters;
  expect(others).toEqual({});
  expect(signType).toBe('RSA');
  expect(timeStamp).toMatch(/^\d{10}$/);
  expect(prepay).toMatch(/^prepay_id=wx\w+$/);
  const message = `${cloud.credentials.wechat.appId}\n${String(timeStamp)}\n${String(nonceStr)}\n${String(prepay)}\n`;
  const key = createPublicKey(cloud.credentials.wechatpay.mchPrivateKey);
  expect(verify('RSA-SHA256', Buffer.from(message), key, Buffer.from(String(paySign), 'base64'))).toBe(true);
}

test('both packages showed the same, but for what is listed with its reason', () => {
  expect(shown.size).toBe(SCENARIOS.length);
  const differences: string[] = [];
  for (const [name, { weapp, alipay: other }] of shown) {
    expect(weapp.length).toBeGreaterThan(0);
    weapp.forEach((line, index) => {
      if (line !== other[index]) differences.push(`${name} | ${line} | ${other[index] ?? ''}`);
    });
    expect(other.length).toBe(weapp.length);
  }
  const unexplained = differences.filter(
    (difference) => !EXPECTED_DIFFERENCES.some(({ pattern }) => pattern.test(difference)),
  );
  expect(unexplained).toEqual([]);
});
