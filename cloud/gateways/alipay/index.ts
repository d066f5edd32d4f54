import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';

import type * as z from 'zod';

import { fen, formatYuan } from '../../domain';
import { formatBeijing } from '../beijing-time';
import { cutToBytes } from '../cut';
import type { PaymentGateway, PaymentReport, RefundReport } from '../port';
import {
  codeSchema,
  createdSchema,
  paymentReport,
  refundedSchema,
  refundSchema,
  tradeSchema,
} from './answers';
import { fetchBill } from './bills';
import { createClient, type Client, type Request, type Verification } from './client';
import { failure, hasCode, unbelievable } from './errors';
import { parseNotification } from './notification';
import { createPayouts } from './payouts';

export interface AlipayClientOptions {
  readonly appId: string;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly appPrivateKey: string;
  readonly baseUrl: string;
  readonly verification: Verification;
  /** How long one call may take, in ms. */
  readonly timeoutMs?: number;
}

export interface AlipayOptions extends AlipayClientOptions {
  /** The account that is paid (2088…). */
  readonly sellerId: string;
  readonly notifyUrl: string;
  /** Whether payouts are on; the real Alipay takes them in certificate mode only. */
  readonly payouts?: boolean | undefined;
  readonly now: () => Date;
}

const TIMEOUT_MS = 5_000;
const SUBJECT_BYTES_MAX = 256;
const REASON_BYTES_MAX = 256;

/** The public key of Alipay that a way of verifying holds. */
export function alipayKeyOf(verification: Verification): KeyObject {
  return verification.mode === 'public_key'
    ? createPublicKey(verification.alipayPublicKey)
    : new X509Certificate(verification.alipayPublicCert).publicKey;
}

/** The client alone, for whatever else is asked of the Open API. */
export function createAlipayClient(options: AlipayClientOptions): Client {
  return createClient({
    appId: options.appId,
    appPrivateKey: createPrivateKey(options.appPrivateKey)
      .export({ type: 'pkcs8', format: 'pem' })
      .toString()
      .trim(),
    baseUrl: options.baseUrl,
    verification: options.verification,
    alipayKey: alipayKeyOf(options.verification),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
  });
}

/** Alipay by its Open API, through a client that believes no answer it cannot verify. */
export function createAlipay(options: AlipayOptions): PaymentGateway {
  const { appId, sellerId, now } = options;
  const client = createAlipayClient(options);
  const alipayKey = alipayKeyOf(options.verification);

  /** Asks and reads; an answer that names another payment is not ours, however well signed. */
  async function ask<S extends z.ZodType>(
    schema: S,
    method: string,
    request: Request & {
      readonly bizContent: { readonly out_trade_no: string; readonly [name: string]: string };
    },
  ): Promise<z.infer<S>> {
    const body = await client.call(method, request);
    const answer = schema.safeParse(body);
    if (!answer.success) throw unbelievable('ANSWER_MALFORMED', `${method}: ${answer.error.message}`);
    if (body.out_trade_no !== undefined && body.out_trade_no !== request.bizContent.out_trade_no) {
      throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another payment');
    }
    return answer.data;
  }

  async function queryPayment(outTradeNo: string): Promise<PaymentReport> {
    try {
      const bizContent = { out_trade_no: outTradeNo };
      const trade = await ask(tradeSchema, 'alipay.trade.query', { bizContent });
      return paymentReport(trade, trade.send_pay_date);
    } catch (error) {
      if (!hasCode(error, 'ACQ.TRADE_NOT_EXIST')) throw error;
      return {
        outTradeNo,
        state: 'not_found',
        transactionId: undefined,
        totalFen: undefined,
        succeededAt: undefined,
      };
    }
  }

  async function queryRefund(outTradeNo: string, outRefundNo: string): Promise<RefundReport> {
    const unknown = { outRefundNo, outTradeNo, state: 'not_found', refundFen: undefined } as const;
    try {
      const bizContent = { out_trade_no: outTradeNo, out_request_no: outRefundNo };
      const refund = await ask(refundSchema, 'alipay.trade.fastpay.refund.query', { bizContent });
      if (refund.refund_status === undefined) return unknown;
      if (refund.out_request_no !== outRefundNo) {
        throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another refund');
      }
      const state = refund.refund_status === 'REFUND_SUCCESS' ? 'succeeded' : 'processing';
      return { outRefundNo, outTradeNo, state, refundFen: refund.refund_amount };
    } catch (error) {
      if (!hasCode(error, 'ACQ.TRADE_NOT_EXIST', 'TRADE_NOT_EXIST')) throw error;
      return unknown;
    }
  }

  return {
    name: 'alipay',
    async createPayment(request) {
      const bizContent = {
        out_trade_no: request.outTradeNo,
        total_amount: formatYuan(fen(request.totalFen)),
        subject: cutToBytes(request.description.replace(/[/=&]/g, ' '), SUBJECT_BYTES_MAX),
        time_expire: formatBeijing(request.expiresAt),
      };
      const { notifyUrl } = options;
      if (request.payerOpenId === undefined) {
        const { qr_code: codeUrl } = await ask(codeSchema, 'alipay.trade.precreate', {
          notifyUrl,
          bizContent: { ...bizContent, product_code: 'FACE_TO_FACE_PAYMENT' },
        });
        return { kind: 'code', codeUrl };
      }
      const { trade_no: tradeNO } = await ask(createdSchema, 'alipay.trade.create', {
        notifyUrl,
        bizContent: {
          ...bizContent,
          product_code: 'JSAPI_PAY',
          op_app_id: appId,
          buyer_open_id: request.payerOpenId,
        },
      });
      return { kind: 'alipay', tradeNO };
    },
    queryPayment,
    async closePayment(outTradeNo) {
      try {
        await client.call('alipay.trade.close', { bizContent: { out_trade_no: outTradeNo } });
      } catch (error) {
        // A code that nobody scanned is no trade yet, and there is nothing to close.
        if (hasCode(error, 'ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_HAS_CLOSE')) return;
        const unclear = ['TRADE_STATUS_ERROR', 'REASON_TRADE_STATUS_INVALID', 'REASON_ILLEGAL_STATUS'];
        if (!hasCode(error, ...unclear.map((code) => `ACQ.${code}`))) throw error;
        // Alipay says the same of a paid trade and of a closed one.
        const { state } = await queryPayment(outTradeNo);
        if (state === 'succeeded' || state === 'refunded') {
          throw failure('already_paid', error.gatewayCode, `${outTradeNo} is paid`);
        }
        if (state !== 'closed') throw error;
      }
    },
    async refund({ outTradeNo, outRefundNo, refundFen, reason }) {
      const refunded = await ask(refundedSchema, 'alipay.trade.refund', {
        bizContent: {
          out_trade_no: outTradeNo,
          out_request_no: outRefundNo,
          refund_amount: formatYuan(fen(refundFen)),
          refund_reason: cutToBytes(reason, REASON_BYTES_MAX),
        },
      });
      if (refunded.fund_change === 'Y') return { outRefundNo, outTradeNo, state: 'succeeded', refundFen };
      // No money moved by this call: an earlier one may have moved it, or it is still to move.
      const report = await queryRefund(outTradeNo, outRefundNo);
      return report.state === 'not_found' ? { ...report, state: 'processing' } : report;
    },
    queryRefund,
    ...createPayouts({ client, enabled: options.payouts ?? false }),
    fetchBill: (request) => fetchBill(request, { client, baseUrl: options.baseUrl }),
    parseNotification: (raw) =>
      parseNotification(raw, { appId, sellerId, alipayKey, certificateSn: client.certificateSn, now }),
    accepted: { status: 200, contentType: 'text/plain', body: 'success' },
    rejected: (status) => ({ status, contentType: 'text/plain', body: 'failure' }),
  };
}
