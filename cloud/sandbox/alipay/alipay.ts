import { createPublicKey } from 'node:crypto';

import { TransferBook } from '../transfers';
import { formatBeijingTime } from '../beijing-time';
import { type BillOffice } from './bill-methods';
import { certificateSn, type AlipayCertificates } from './certificates';
import { createGateway, type Gateway } from './gateway';
import { type Merchant } from './merchant';
import { listMethods } from './methods';
import { describeChange } from './notifications';
import { createOauth, type AppUser } from './oauth';
import { TradeBook, type Buyer } from './trade-book';
import { type TransferDesk } from './transfer-methods';
import { type Parameters } from './wire';

/** A notification to be sent, and sent again until it is answered with `success`. */
export interface PendingNotification {
  readonly url: string;
  /** What it says; each send adds its own time and signature. */
  readonly described: Parameters;
}

export interface AlipayOptions {
  readonly appId: string;
  readonly sellerId: string;
  /** PEM; the merchant's side of it is in the credentials the sandbox hands out. */
  readonly appPublicKey: string;
  readonly alipayPrivateKey: string;
  readonly certificates: AlipayCertificates;
  readonly now: () => Date;
  readonly bills: BillOffice;
  /** 32 hex characters, different on each call. */
  readonly newId: () => string;
  readonly findBuyer: (openId: string) => Buyer | undefined;
  readonly findPayee: TransferDesk['findPayee'];
  readonly redeemLoginCode: (code: string) => AppUser | undefined;
  readonly confirmIdentity: Merchant['confirmIdentity'];
  readonly show: Merchant['show'];
  readonly notify: (notification: PendingNotification) => void;
}

export interface Alipay {
  readonly gateway: Gateway;
  readonly book: TradeBook;
  readonly transfers: TransferBook;
}

/** Digits that grow by one with each call: the tail of Alipay's numbers. */
function counter(length: number): () => string {
  let last = 0;
  return () => String((last += 1)).padStart(length, '0');
}

/** The public half of a PEM private key. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

/** The Alipay side: its trades, its gateway and what it tells the merchant. */
export function createAlipay(options: AlipayOptions): Alipay {
  const nextNumber = counter(14);
  const beijingDate = (): string => formatBeijingTime(options.now()).slice(0, 10).replaceAll('-', '');
  const book = new TradeBook({
    now: options.now,
    newTradeNo: () => `${beijingDate()}220014${nextNumber()}`,
    newQrCode: () => `https://qr.alipay.com/bax${options.newId().slice(0, 20)}`,
    onChange: ({ trade, refund }) => {
      if (trade.terms.notifyUrl === undefined) return;
      const source = {
        appId: options.appId,
        sellerId: options.sellerId,
        notifyId: `${beijingDate()}00222${options.newId().slice(0, 21)}`,
      };
      options.notify({ url: trade.terms.notifyUrl, described: describeChange(trade, refund, source) });
    },
  });
  const merchant: Merchant = {
    appId: options.appId,
    sellerId: options.sellerId,
    book,
    now: options.now,
    findBuyer: options.findBuyer,
    confirmIdentity: options.confirmIdentity,
    show: options.show,
  };
  const transfers = new TransferBook({
    now: options.now,
    newBillNumber: () => `${beijingDate()}110070${nextNumber()}`,
    begins: 'succeeded',
    payeeConfirmsAfterMs: () => undefined,
    overdueReason: '',
    // Changes are told through Alipay's message service, which the sandbox does not have: merchants ask.
    onEnd: () => undefined,
  });
  const desk: TransferDesk = { book: transfers, now: options.now, findPayee: options.findPayee };
  const oauth = createOauth({
    now: options.now,
    newToken: () => `authbse${options.newId()}`,
    redeem: options.redeemLoginCode,
  });
  const { certificates } = options;
  const certificate = {
    pem: certificates.alipayPublicCert,
    sn: certificateSn(certificates.alipayPublicCert),
  };
  const gateway = createGateway({
    rules: {
      appId: options.appId,
      appPublicKey: options.appPublicKey,
      appCertSn: certificateSn(certificates.appCert),
      alipayRootCertSn: certificateSn(certificates.alipayRootCert),
      now: options.now,
    },
    methods: listMethods(merchant, desk, oauth, certificate, options.bills),
    alipayPrivateKey: options.alipayPrivateKey,
    alipayCertSn: certificate.sn,
  });
  return { gateway, book, transfers };
}
