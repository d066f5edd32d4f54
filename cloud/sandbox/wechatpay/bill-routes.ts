import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { Hono } from 'hono';

import { dayOf, endOf, isBillReady, startOf } from '../bills/day';
import { truncated, type BillDesk, type BillFile, type BillKind } from '../bills/desk';
import { distort } from '../bills/faults';
import type { BillLine } from '../bills/lines';
import { fundFlowBill, linesOf, tradeBill, type BillOwner, type BillType } from './bills';
import type { Book } from './book';
import { Refusal } from './errors';
import { admit, type Admission } from './wire';

export interface BillRoutesOptions extends BillOwner {
  readonly book: Book;
  readonly desk: BillDesk;
  readonly admission: Admission;
}

/** Bills are made from ten o'clock of the day after, and kept for three months. */
const READY_HOUR = 10;
const KEPT_MS = 92 * 86_400_000;
const DOWNLOAD_LIVES_MS = 30_000;

interface Asked {
  readonly query: (name: string) => string | undefined;
  /** Origin the question came to: the file is fetched there too. */
  readonly origin: string;
}

/** What `/v3/bill/…` answers. Throws Refusal. */
export function billAnswer(options: BillRoutesOptions, kind: BillKind, asked: Asked): object {
  const { desk, book } = options;
  const start = startOf(asked.query('bill_date') ?? '');
  const tarType = asked.query('tar_type');
  if (start === undefined) throw new Refusal(400, 'PARAM_ERROR', '账单日期格式错误');
  if (tarType !== undefined && tarType !== 'GZIP') throw new Refusal(400, 'PARAM_ERROR', '压缩类型不合法');
  const type = readType(kind, asked.query);
  const now = desk.now();
  if (dayOf(start) >= dayOf(now) || now.getTime() - start.getTime() > KEPT_MS) {
    throw new Refusal(400, 'PARAM_ERROR', '账单日期超出可查询范围');
  }
  if (!isBillReady(start, READY_HOUR, now)) {
    throw new Refusal(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
  }
  const gzip = tarType === 'GZIP';
  const ready = gzip ? desk.readyBill('wechatpay', kind, dayOf(start)) : undefined;
  if (ready !== undefined) return answer({ gzippedPath: ready.path }, ready.sha1);

  const lines = distort(linesOf(book, start, endOf(start)), desk.faultsOf('wechatpay'), start);
  const bytes = render(lines, kind, type);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const sent = desk.hasFault('wechatpay', 'truncated') ? truncated(bytes) : bytes;
  return answer(
    { bytes: gzip ? gzipSync(sent) : sent },
    desk.hasFault('wechatpay', 'hash_wrong') ? sha1.replaceAll(/./g, '0') : sha1,
  );

  function render(some: readonly BillLine[], wanted: BillKind, billType: BillType): Buffer {
    if (some.length === 0) throw new Refusal(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    return wanted === 'trade' ? tradeBill(some, billType, options) : fundFlowBill(some);
  }
  function answer(file: BillFile, hash: string): object {
    const token = desk.keep(file, DOWNLOAD_LIVES_MS);
    return {
      hash_type: 'SHA1',
      hash_value: hash,
      download_url: `${asked.origin}/v3/billdownload/file?token=${token}`,
    };
  }
}

function readType(kind: BillKind, query: Asked['query']): BillType {
  if (kind === 'fund') {
    const account = query('account_type') ?? 'BASIC';
    // The other accounts of the sandbox's merchant never move.
    if (account === 'BASIC') return 'ALL';
    if (account === 'OPERATION' || account === 'FEES') {
      throw new Refusal(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    }
    throw new Refusal(400, 'PARAM_ERROR', '资金账户类型不合法');
  }
  const type = query('bill_type') ?? 'ALL';
  if (type === 'ALL' || type === 'SUCCESS' || type === 'REFUND') return type;
  throw new Refusal(400, 'PARAM_ERROR', '账单类型不合法');
}

/** `/v3/billdownload/file`: asked for with a signature, answered without one. */
export function downloadRoutes({ desk, admission }: BillRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/v3/billdownload/file', (c) => {
    try {
      const { pathname, search } = new URL(c.req.url);
      const target = `${pathname}${search}`;
      admit({ method: 'GET', target, body: '', header: (name) => c.req.header(name) }, admission);
      const file = desk.take(c.req.query('token') ?? '');
      if (file === undefined) throw new Refusal(400, 'PARAM_ERROR', '下载链接已失效');
      const body =
        'bytes' in file
          ? new Uint8Array(file.bytes)
          : (Readable.toWeb(createReadStream(file.gzippedPath)) as ReadableStream);
      return new Response(body, { headers: { 'Content-Type': 'application/octet-stream' } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return c.json(error.body, error.status);
    }
  });
  return routes;
}
