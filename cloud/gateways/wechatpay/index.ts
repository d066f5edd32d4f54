import { createPrivateKey, createPublicKey } from 'node:crypto';

import type * as z from 'zod';

import { formatRfc3339 } from '../beijing-time';
import { cutToBytes } from '../cut';
import type { PaymentGateway, PaymentInvocation, PaymentReport, PaymentRequest } from '../port';
import { signSha256 } from '../signature';
import {
  codeSchema,
  paymentReport,
  prepaySchema,
  refundReport,
  refundSchema,
  transactionSchema,
} from './answers';
import { fetchBill } from './bills';
import { createClient, type Call } from './client';
import { failure, hasCode, unbelievable } from './errors';
import { parseNotification } from './notification';
import { createPayouts, type TransferScene } from './payouts';

export interface WeChatPayOptions {
  readonly appId: string;
  readonly mchId: string;
  /** Serial number of the merchant API certificate, hex. */
  readonly mchSerial: string;
  /** PEM. */
  readonly mchPrivateKey: string;
  /** 32 characters. */
  readonly apiV3Key: string;
  readonly baseUrl: string;
  /** Public-key mode; undefined in platform-certificate mode. */
  readonly publicKey: { readonly id: string; readonly pem: string } | undefined;
  readonly notifyUrl: string;
  /** The scene that WeChat Pay approved for payouts; undefined where they are off. */
  readonly transferScene?: TransferScene | undefined;
  /** How long one call may take, in ms. */
  readonly timeoutMs?: number;
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
}

const TIMEOUT_MS = 5_000;
const DESCRIPTION_BYTES_MAX = 127;
const REASON_BYTES_MAX = 80;

/** WeChat Pay by its APIv3, through a client that believes no answer it cannot verify. */
export function createWeChatPay(options: WeChatPayOptions): PaymentGateway {
  const { appId, mchId, apiV3Key, publicKey, now } = options;
  const privateKey = createPrivateKey(options.mchPrivateKey);
  const client = createClient({
    mchId,
    mchSerial: options.mchSerial,
    privateKey: options.mchPrivateKey,
    apiV3Key,
    baseUrl: options.baseUrl,
    publicKey: publicKey && { id: publicKey.id, key: createPublicKey(publicKey.pem) },
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    now,
  });

  async function ask<S extends z.ZodType>(schema: S, call: Call): Promise<z.infer<S>> {
    const answer = schema.safeParse(await client.call(call));
    if (!answer.success) throw unbelievable('ANSWER_MALFORMED', `${call.path}: ${answer.error.message}`);
    return answer.data;
  }

  const payouts = createPayouts({
    appId,
    mchId,
    notifyUrl: options.notifyUrl,
    scene: options.transferScene,
    client,
  });

  async function createPayment(request: PaymentRequest): Promise<PaymentInvocation> {
    const { payerOpenId } = request;
    const data = {
      appid: appId,
      mchid: mchId,
      description: cutToBytes(request.description, DESCRIPTION_BYTES_MAX),
      out_trade_no: request.outTradeNo,
      time_expire: formatRfc3339(request.expiresAt),
      notify_url: options.notifyUrl,
      amount: { total: request.totalFen, currency: 'CNY' },
    };
    if (payerOpenId === undefined) {
      const path = '/v3/pay/transactions/native';
      const { code_url: codeUrl } = await ask(codeSchema, { method: 'POST', path, data });
      return { kind: 'code', codeUrl };
    }
    const { prepay_id: prepayId } = await ask(prepaySchema, {
      method: 'POST',
      path: '/v3/pay/transactions/jsapi',
      data: { ...data, payer: { openid: payerOpenId } },
    });
    return invocation(prepayId);
  }

  /** What `wx.requestPayment` takes; the app id is signed but not passed. */
  function invocation(prepayId: string): PaymentInvocation {
    const timeStamp = String(Math.floor(now().getTime() / 1000));
    const nonceStr = Buffer.from(options.randomBytes(16)).toString('hex');
    const prepay = `prepay_id=${prepayId}`;
    const paySign = signSha256(`${appId}\n${timeStamp}\n${nonceStr}\n${prepay}\n`, privateKey);
    return { kind: 'wechat', timeStamp, nonceStr, package: prepay, signType: 'RSA', paySign };
  }

  async function queryPayment(outTradeNo: string): Promise<PaymentReport> {
    try {
      const transaction = await ask(transactionSchema, {
        method: 'GET',
        path: tradePath(outTradeNo),
        params: { mchid: mchId },
      });
      // A signed answer to another question is still signed.
      if (
        transaction.out_trade_no !== outTradeNo ||
        transaction.mchid !== mchId ||
        transaction.appid !== appId
      ) {
        throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another payment');
      }
      return paymentReport(transaction);
    } catch (error) {
      if (!hasCode(error, 'ORDER_NOT_EXIST')) throw error;
      return {
        outTradeNo,
        state: 'not_found',
        transactionId: undefined,
        totalFen: undefined,
        succeededAt: undefined,
      };
    }
  }

  /**
   * A refusal whose words leave open whether the payment is paid or closed is settled by asking. Throws GatewayError
   * `already_paid`, or the refusal itself; returns where the payment is closed.
   */
  async function settleRefusal(refused: unknown, outTradeNo: string): Promise<void> {
    const { state } = await queryPayment(outTradeNo);
    if (state === 'succeeded' || state === 'refunded') {
      throw failure('already_paid', 'ORDER_PAID', `${outTradeNo} is paid`);
    }
    if (state !== 'closed') throw refused;
  }

  return {
    name: 'wechatpay',
    async createPayment(request) {
      try {
        return await createPayment(request);
      } catch (error) {
        if (!hasCode(error, 'OUT_TRADE_NO_USED')) throw error;
        await settleRefusal(error, request.outTradeNo);
        throw failure('closed', 'ORDER_CLOSED', `${request.outTradeNo} is closed`);
      }
    },
    queryPayment,
    async closePayment(outTradeNo) {
      try {
        const path = `${tradePath(outTradeNo)}/close`;
        await client.call({ method: 'POST', path, data: { mchid: mchId } });
      } catch (error) {
        if (hasCode(error, 'ORDER_CLOSED', 'ORDER_NOT_EXIST')) return;
        if (!hasCode(error, 'INVALID_REQUEST', 'TRADE_ERROR', 'RULE_LIMIT')) throw error;
        await settleRefusal(error, outTradeNo);
      }
    },
    async refund(request) {
      const refund = await ask(refundSchema, {
        method: 'POST',
        path: '/v3/refund/domestic/refunds',
        data: {
          out_trade_no: request.outTradeNo,
          out_refund_no: request.outRefundNo,
          reason: cutToBytes(request.reason, REASON_BYTES_MAX),
          notify_url: options.notifyUrl,
          amount: { refund: request.refundFen, total: request.totalFen, currency: 'CNY' },
        },
      });
      if (refund.out_refund_no !== request.outRefundNo || refund.out_trade_no !== request.outTradeNo) {
        throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another refund');
      }
      return refundReport(refund, refund.status);
    },
    async queryRefund(outTradeNo, outRefundNo) {
      try {
        const path = `/v3/refund/domestic/refunds/${encodeURIComponent(outRefundNo)}`;
        const refund = await ask(refundSchema, { method: 'GET', path });
        if (refund.out_refund_no !== outRefundNo || refund.out_trade_no !== outTradeNo) {
          throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another refund');
        }
        return refundReport(refund, refund.status);
      } catch (error) {
        if (!hasCode(error, 'RESOURCE_NOT_EXISTS', 'REFUND_NOT_EXISTS')) throw error;
        return { outRefundNo, outTradeNo, state: 'not_found', refundFen: undefined };
      }
    },
    ...payouts,
    fetchBill: (request) =>
      fetchBill(request, {
        mchId,
        mchSerial: options.mchSerial,
        privateKey,
        baseUrl: options.baseUrl,
        now,
        ask,
      }),
    parseNotification: (raw) => parseNotification(raw, { appId, mchId, apiV3Key, keys: client.keys, now }),
    accepted: answer(200, 'SUCCESS', '成功'),
    rejected: (status) => answer(status, 'FAIL', '失败'),
  };
}

const tradePath = (outTradeNo: string): string =>
  `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}`;

const answer = (status: number, code: string, message: string) => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ code, message }),
});
