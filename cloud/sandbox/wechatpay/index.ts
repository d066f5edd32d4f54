import type { Hono } from 'hono';

import type { BillDesk } from '../bills/desk';
import type { Fault } from '../faults';
import type { SandboxKeys } from '../keys';
import type { Delivery } from '../notifier';
import { Book } from './book';
import { paidNotice, refundNotice } from './notifications';
import { weChatPayRoutes } from './routes';
import { publicKeyObject, signerOf } from './wire';

export { decideWindow, openWindow } from './window';

export interface WeChatPayOptions {
  readonly keys: Pick<SandboxKeys, 'wechat' | 'wechatpay'>;
  readonly now: () => Date;
  readonly refundTakesMs: () => number;
  readonly isPayerKnown: (openId: string) => boolean;
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly deliver: (delivery: Delivery) => void;
  readonly desk: BillDesk;
}

/** The WeChat Pay side: its transactions, its routes and what it tells the merchant. */
export function createWeChatPay(options: WeChatPayOptions): { readonly book: Book; readonly routes: Hono } {
  const { now, deliver } = options;
  const { wechat, wechatpay } = options.keys;
  const source = { appId: wechat.appId, mchId: wechatpay.mchId, apiV3Key: wechatpay.apiV3Key, now };
  const book = new Book({
    now,
    refundTakesMs: options.refundTakesMs,
    onPaid: (transaction) => deliver(paidNotice(transaction, source)),
    onRefunded: (transaction, refund) => {
      const delivery = refundNotice(transaction, refund, source);
      if (delivery !== undefined) deliver(delivery);
    },
  });
  const routes = weChatPayRoutes({
    appId: wechat.appId,
    apiV3Key: wechatpay.apiV3Key,
    book,
    desk: options.desk,
    admission: {
      mchId: wechatpay.mchId,
      mchSerial: wechatpay.mchSerial,
      publicKey: publicKeyObject(wechatpay.mchPrivateKey),
      now,
    },
    platformCertificate: wechatpay.platformCertificate,
    certificateSigner: signerOf(wechatpay.platformSerial, wechatpay.platformPrivateKey),
    publicKeySigner: signerOf(wechatpay.publicKeyId, wechatpay.publicKeyPrivate),
    isPayerKnown: options.isPayerKnown,
    takeFault: options.takeFault,
  });
  return { book, routes };
}
