import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Hono, type Context } from 'hono';

import type { BillDesk } from '../bills/desk';
import type { Fault, FaultKind } from '../faults';
import { describeRefund, describeTransaction } from './answers';
import { billAnswer, downloadRoutes } from './bill-routes';
import type { Book, RefundEnd, Terms, Transaction } from './book';
import { Refusal } from './errors';
import { readClose, readOrder, readRefund } from './requests';
import { formatTime } from './rfc3339';
import { addTransferRoutes, type TransferRoutesOptions } from './transfer-routes';
import { admit, seal, signatureHeaders, type Admission, type Signer } from './wire';

export interface RoutesOptions {
  readonly appId: string;
  readonly admission: Admission;
  readonly apiV3Key: string;
  readonly book: Book;
  readonly desk: BillDesk;
  /** PEM of the certificate whose key `certificateSigner` holds. */
  readonly platformCertificate: string;
  readonly certificateSigner: Signer;
  readonly publicKeySigner: Signer;
  readonly isPayerKnown: (openId: string) => boolean;
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly transfers: Omit<TransferRoutesOptions, 'appId' | 'mchId'>;
}

export interface Call {
  readonly body: string;
  readonly header: (name: string) => string | undefined;
  readonly parameter: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  readonly signer: Signer;
  readonly fault: FaultKind | undefined;
  /** Scheme, host and port the request came to. */
  readonly origin: string;
}

/** How a refund ends that is asked for under a fault. */
const REFUND_ENDS: Readonly<Record<string, RefundEnd>> = { abnormal: 'ABNORMAL', closed: 'CLOSED' };

/** What a merchant in trouble is told under the fault `refuse`: no money for refunds, no permission for all else. */
const refuse = (operation: string): Refusal =>
  operation === 'refund'
    ? new Refusal(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')
    : new Refusal(403, 'NO_AUTH', '商户号无此接口权限');

export interface Answer {
  readonly status: 200 | 204;
  readonly body?: object;
}

/** Makes of an operation's work the handler of its route: admission, faults, signature. */
export type Handle = (operation: string, run: (call: Call) => Answer) => (c: Context) => Promise<Response>;

/** `/v3/…`: requests admitted, answers signed. */
export function weChatPayRoutes(options: RoutesOptions): Hono {
  const { book, appId, admission } = options;
  const { mchId, now } = admission;
  const routes = new Hono();

  const handle: Handle = (operation, run) => async (c) => {
    const body = await c.req.text();
    // Which key signs answers follows what the merchant asks for.
    const publicKeyMode = c.req.header('wechatpay-serial')?.startsWith('PUB_KEY_ID_') ?? false;
    const signer = publicKeyMode ? options.publicKeySigner : options.certificateSigner;
    const fault = options.takeFault(operation);
    if (fault?.kind === 'delay') await sleep(fault.delayMs);
    if (fault?.kind === 'http_500') return c.json({ code: 'SYSTEM_ERROR', message: '系统异常' }, 500);
    let status: number;
    let answer: object | undefined;
    try {
      const { pathname, search, origin } = new URL(c.req.url);
      const target = `${pathname}${search}`;
      admit({ method: c.req.method, target, body, header: (name) => c.req.header(name) }, admission);
      const parameter = (name: string): string => c.req.param(name) ?? '';
      const header = (name: string) => c.req.header(name);
      const query = (name: string) => c.req.query(name);
      if (fault?.kind === 'refuse') throw refuse(operation);
      ({ status, body: answer } = run({
        body,
        header,
        parameter,
        query,
        signer,
        origin,
        fault: fault?.kind,
      }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      ({ status, body: answer } = error);
    }
    if (fault?.kind === 'error_after_commit')
      return c.json({ code: 'SYSTEM_ERROR', message: '系统异常' }, 500);
    if (fault?.kind === 'timeout_after_commit') await sleep(fault.delayMs);
    const text = answer === undefined ? '' : JSON.stringify(answer);
    const headers = signatureHeaders(text, signer, { at: now(), spoil: fault?.kind === 'bad_signature' });
    return new Response(text === '' ? null : text, {
      status,
      headers: { ...(text !== '' && { 'Content-Type': 'application/json; charset=utf-8' }), ...headers },
    });
  };

  routes.get(
    '/v3/certificates',
    handle('certificates', () => {
      const certificate = new X509Certificate(options.platformCertificate);
      const item = {
        serial_no: options.certificateSigner.serial,
        effective_time: formatTime(new Date(certificate.validFrom)),
        expire_time: formatTime(new Date(certificate.validTo)),
        encrypt_certificate: seal(options.platformCertificate, 'certificate', options.apiV3Key),
      };
      return { status: 200, body: { data: [item] } };
    }),
  );

  const place = (tradeType: Terms['tradeType'], call: Call): Transaction => {
    const placed = readOrder(tradeType, call.body);
    assertMerchant(placed.mchId);
    if (placed.appId !== appId) {
      throw new Refusal(400, 'APPID_MCHID_NOT_MATCH', '商户号和AppID未建立绑定关系');
    }
    const { openId } = placed.terms;
    if (openId !== undefined && !options.isPayerKnown(openId)) {
      throw new Refusal(400, 'PARAM_ERROR', '无效的openid');
    }
    return book.place(placed.terms, placed.expiresAt, call.signer);
  };
  routes.post(
    '/v3/pay/transactions/jsapi',
    handle('jsapi', (call) => ({ status: 200, body: { prepay_id: place('JSAPI', call).prepayId } })),
  );
  routes.post(
    '/v3/pay/transactions/native',
    handle('native', (call) => ({ status: 200, body: { code_url: place('NATIVE', call).codeUrl } })),
  );

  const existing = (transaction: Transaction | undefined): Transaction => {
    if (transaction === undefined) throw new Refusal(404, 'ORDER_NOT_EXIST', '订单不存在');
    return transaction;
  };
  const describe = (transaction: Transaction | undefined, call: Call): Answer => {
    assertMerchant(call.query('mchid') ?? '');
    return { status: 200, body: describeTransaction(existing(transaction), { appId, mchId }) };
  };
  routes.get(
    '/v3/pay/transactions/out-trade-no/:number',
    handle('query', (call) => describe(book.find(call.parameter('number')), call)),
  );
  routes.get(
    '/v3/pay/transactions/id/:number',
    handle('query', (call) => describe(book.findById(call.parameter('number')), call)),
  );
  routes.post(
    '/v3/pay/transactions/out-trade-no/:number/close',
    handle('close', (call) => {
      assertMerchant(readClose(call.body));
      book.close(existing(book.find(call.parameter('number'))));
      return { status: 204 };
    }),
  );

  routes.post(
    '/v3/refund/domestic/refunds',
    handle('refund', (call) => {
      const request = readRefund(call.body);
      const { transaction_id: id, out_trade_no: number, amount } = request;
      if ((id === undefined) === (number === undefined)) {
        throw new Refusal(400, 'PARAM_ERROR', 'transaction_id与out_trade_no二选一');
      }
      const transaction = id === undefined ? book.find(number ?? '') : book.findById(id);
      if (transaction === undefined) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
      const wanted = {
        outRefundNo: request.out_refund_no,
        refundFen: amount.refund,
        totalFen: amount.total,
        reason: request.reason,
        notifyUrl: request.notify_url,
      };
      const refund = book.refund(transaction, wanted, REFUND_ENDS[call.fault ?? '']);
      return { status: 200, body: describeRefund(book, transaction, refund) };
    }),
  );
  routes.get(
    '/v3/refund/domestic/refunds/:number',
    handle('refund.query', (call) => {
      const found = book.findRefund(call.parameter('number'));
      if (found === undefined) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
      return { status: 200, body: describeRefund(book, found.transaction, found.refund) };
    }),
  );

  addTransferRoutes(routes, handle, { appId, mchId, ...options.transfers });
  const bills = { appId, mchId, book, desk: options.desk, admission };
  routes.get(
    '/v3/bill/tradebill',
    handle('tradebill', (call) => ({ status: 200, body: billAnswer(bills, 'trade', call) })),
  );
  routes.get(
    '/v3/bill/fundflowbill',
    handle('fundflowbill', (call) => ({ status: 200, body: billAnswer(bills, 'fund', call) })),
  );
  routes.route('/', downloadRoutes(bills));

  function assertMerchant(given: string): void {
    if (given !== mchId) throw new Refusal(400, 'PARAM_ERROR', '商户号与签名中的商户号不一致');
  }

  return routes;
}
