import { createPublicKey, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';

import { createAlipay } from './alipay/alipay';
import { alipayDelivery } from './alipay/delivery';
import { gatewayRoutes } from './alipay/routes';
import { BillDesk } from './bills/desk';
import { cashierRoutes } from './cashier/routes';
import { controlRoutes } from './control';
import { credentialsOf, type Credentials } from './credentials';
import { Faults } from './faults';
import { HostInbox } from './host-inbox';
import { generateKeys, publicKeyOf, type SandboxKeys } from './keys';
import { miniProgramRoutes } from './miniprogram/routes';
import { StableToken } from './miniprogram/token';
import { Notifier } from './notifier';
import { contentKeyOf, phoneControlRoutes, PhoneNumbers } from './phone-numbers';
import { openPayable, payCode } from './paying';
import { biometricControlRoutes, SecureChips } from './secure-chips';
import { applicationOf } from './sms/application';
import { smsRoutes } from './sms/routes';
import { transferControlRoutes } from './transfer-control';
import { Users, type User } from './users';
import { createWeChatPay } from './wechatpay';
import { Windows } from './windows';

export type { Credentials } from './credentials';
export { generateKeys, type SandboxKeys } from './keys';

export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  /** What the pauses between notifications and the time of refunds are multiplied by; 1 is the real schedule. */
  readonly notifyTimeScale?: number;
  readonly now?: () => Date;
  readonly log?: (line: string) => void;
  /** How long payees take to confirm a WeChat Pay transfer, in ms; left out, they do when told to. */
  readonly payeesConfirmAfterMs?: number;
  /** Names of users who confirm only when told to, whatever others do. */
  readonly payeesWhoDecide?: readonly string[];
  /** Keys of an earlier run; new ones otherwise. */
  readonly keys?: SandboxKeys;
}

export interface Sandbox {
  readonly url: string;
  readonly credentials: Credentials;
  /** A named user, made on first use. */
  user(name: string): Readonly<User>;
  close(): Promise<void>;
}

/** How long a WeChat Pay refund is on its way, before scaling, in ms. */
const REFUND_TAKES_MS = 60_000;

/** Starts the sandbox; resolves once it answers. Rejects where the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? (() => new Date());
  const log = options.log ?? (() => undefined);
  const keys = options.keys ?? (await generateKeys(now()));
  const faults = new Faults();
  const inbox = new HostInbox();
  const desk = new BillDesk(now);
  const users = new Users({ wechatAppId: keys.wechat.appId, alipayAppId: keys.alipay.appId, now });
  const chips = new SecureChips(users, now);
  const notifier = new Notifier(
    { now, takeFault: (gateway) => faults.take(gateway, 'notify'), log },
    options.notifyTimeScale ?? 1,
  );
  const wechatpay = createWeChatPay({
    keys,
    now,
    refundTakesMs: () => REFUND_TAKES_MS * notifier.timeScale,
    isPayerKnown: (openId) => users.withOpenId(openId)?.weapp.openId === openId,
    nameOf: (openId) => {
      const user = users.withOpenId(openId);
      return user?.weapp.openId === openId ? user.realName : undefined;
    },
    payeeConfirmsAfterMs: (openId) => {
      const decides = options.payeesWhoDecide?.includes(users.withOpenId(openId)?.name ?? '');
      return decides ? undefined : options.payeesConfirmAfterMs;
    },
    takeFault: (operation) => faults.take('wechatpay', operation),
    deliver: (delivery) => notifier.deliver(delivery),
    desk,
  });
  const alipay = createAlipay({
    appId: keys.alipay.appId,
    sellerId: keys.alipay.sellerId,
    appPublicKey: publicKeyOf(keys.alipay.appPrivateKey),
    alipayPrivateKey: keys.alipay.alipayPrivateKey,
    certificates: keys.alipay.certificates,
    now,
    bills: { desk, origin: () => url },
    newId: () => randomBytes(16).toString('hex'),
    findBuyer: (openId) => {
      const user = users.withOpenId(openId)?.alipay;
      return user?.openId === openId ? user : undefined;
    },
    findPayee: (identityType, identity) => {
      const byOpenId = identityType === 'ALIPAY_OPEN_ID';
      const user = byOpenId ? users.withOpenId(identity) : users.withEmail(identity);
      if (user === undefined || (byOpenId && user.alipay.openId !== identity)) return undefined;
      return { openId: user.alipay.openId, realName: user.realName };
    },
    redeemLoginCode: (code) => {
      const user = users.redeem('alipay', code);
      return typeof user === 'string' ? undefined : user.alipay;
    },
    confirmIdentity: (asked) => chips.confirm(asked),
    show: (message) => inbox.show({ host: 'alipay', ...message, at: now().toISOString() }),
    notify: (pending) => notifier.deliver(alipayDelivery(pending, keys.alipay.alipayPrivateKey, now)),
  });
  const token = new StableToken(now);
  const phones = new PhoneNumbers({
    users,
    weappAppId: keys.wechat.appId,
    alipay: {
      privateKey: keys.alipay.alipayPrivateKey,
      contentKey: contentKeyOf(keys.alipay.alipayPrivateKey),
    },
    now,
  });
  const windows = new Windows(
    users,
    (host) => faults.take(host === 'weapp' ? 'wechatpay' : 'alipay', 'window')?.kind,
  );
  const merchantKey = createPublicKey(keys.wechatpay.mchPrivateKey);
  const services = { keys, merchantKey, users, wechatpay: wechatpay.book, alipay: alipay.book };

  const app = new Hono<{ Bindings: { readonly incoming: IncomingMessage } }>();
  app.use(async (c, next) => {
    // Read off the connection, which is several times cheaper than the web stream that would be made of it.
    const body = text(c.env.incoming);
    body.catch(() => undefined);
    Object.assign(c.req.bodyCache, { text: body });
    await next();
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/', wechatpay.routes);
  app.route(
    '/',
    gatewayRoutes(
      alipay.gateway,
      desk,
      (operation) => faults.take('alipay', operation),
      (ms) => sleep(ms),
    ),
  );
  app.route(
    '/',
    miniProgramRoutes({
      appId: keys.wechat.appId,
      appSecret: keys.wechat.appSecret,
      redeem: (code) => users.redeem('weapp', code),
      takeFault: (operation) => faults.take('wechat', operation),
      now,
      token,
      mchId: keys.wechatpay.mchId,
      inbox,
      isUserKnown: (openId) => users.withOpenId(openId)?.weapp.openId === openId,
      verifySoter: (body) => chips.verifySignature(body),
      exchangePhoneCode: (body) => phones.exchange(body),
      find: ({ outTradeNo, transactionId }) =>
        outTradeNo === undefined
          ? wechatpay.book.findById(transactionId ?? '')
          : wechatpay.book.find(outTradeNo),
    }),
  );
  app.route(
    '/',
    smsRoutes({
      application: applicationOf(keys.wechatpay.apiV3Key),
      takeFault: (operation) => faults.take('sms', operation),
      now,
    }),
  );
  app.route('/', phoneControlRoutes(phones, users));
  app.route('/', biometricControlRoutes(chips));
  app.route('/', cashierRoutes(windows));
  app.route(
    '/',
    transferControlRoutes({
      users,
      merchant: { appId: keys.wechat.appId, mchId: keys.wechatpay.mchId },
      wechatpay: wechatpay.transfers,
      alipay: alipay.transfers,
    }),
  );
  const server = createServer(getRequestListener((request, bindings) => app.fetch(request, bindings)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const credentials = credentialsOf(keys, url);
  app.route(
    '/',
    controlRoutes({
      url,
      credentials,
      users,
      windows,
      faults,
      notifier,
      inbox,
      revokeToken: () => token.revoke(),
      desk,
      books: services,
      openPayable: (host, params, user) => openPayable(services, host, params, user),
      payCode: (code) => payCode(services, code),
    }),
  );
  return {
    url,
    credentials,
    user: (name) => users.named(name),
    async close() {
      notifier.close();
      wechatpay.book.dispose();
      wechatpay.transfers.dispose();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
