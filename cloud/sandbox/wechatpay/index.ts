import { randomInt } from 'node:crypto';

import type { Hono } from 'hono';

import type { BillDesk } from '../bills/desk';
import type { Fault } from '../faults';
import type { SandboxKeys } from '../keys';
import type { Delivery } from '../notifier';
import { TransferBook, type Transfer } from '../transfers';
import { Book, stamp } from './book';
import { paidNotice, refundNotice, transferNotice } from './notifications';
import { weChatPayRoutes } from './routes';
import { publicKeyObject, signerOf, type Signer } from './wire';

export { decideWindow, openWindow } from './window';

export interface WeChatPayOptions {
  readonly keys: Pick<SandboxKeys, 'wechat' | 'wechatpay'>;
  readonly now: () => Date;
  readonly refundTakesMs: () => number;
  readonly isPayerKnown: (openId: string) => boolean;
  readonly nameOf: (openId: string) => string | undefined;
  readonly payeeConfirmsAfterMs: (openId: string) => number | undefined;
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly deliver: (delivery: Delivery) => void;
  readonly desk: BillDesk;
}

/** The WeChat Pay side: its transactions, its routes and what it tells the merchant. */
export function createWeChatPay(options: WeChatPayOptions): {
  readonly book: Book;
  readonly transfers: TransferBook;
  readonly routes: Hono;
} {
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
  const signers = new WeakMap<Transfer, Signer>();
  const tell = (transfer: Transfer): void => {
    const signer = signers.get(transfer);
    const delivery = signer && transferNotice(transfer, signer, source);
    if (delivery !== undefined) deliver(delivery);
  };
  const transfers = new TransferBook({
    now,
    newBillNumber: () => `1330000${stamp(now())}${String(randomInt(1e11)).padStart(11, '0')}`,
    begins: 'awaiting_payee',
    payeeConfirmsAfterMs: options.payeeConfirmsAfterMs,
    overdueReason: 'OVERDUE_CLOSE',
    onEnd: tell,
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
    transfers: {
      book: transfers,
      keys: {
        bySerial: {
          [wechatpay.publicKeyId]: wechatpay.publicKeyPrivate,
          [wechatpay.platformSerial]: wechatpay.platformPrivateKey,
        },
      },
      nameOf: options.nameOf,
      onMade: (transfer, signer) => {
        const isNew = !signers.has(transfer);
        signers.set(transfer, signer);
        // One that failed at once had nobody to sign for yet.
        if (isNew && transfer.state === 'failed') tell(transfer);
      },
    },
  });
  return { book, transfers, routes };
}
