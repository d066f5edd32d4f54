import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import * as z from 'zod';

import { BillMalformed } from '../bills/cells';
import { LineTooLong } from '../bills/lines';
import { spool, type Spooled } from '../bills/spool';
import { GatewayError, type BillKind, type BillRequest, type BillRow } from '../port';
import { unpack } from './archive';
import { billRows } from './bill-rows';
import type { Client } from './client';
import { failure, hasCode, unbelievable } from './errors';

/** How a bill is asked for, and the end of its file's name; beside it in the archive are the sums by shop. */
const BILLS: Readonly<Record<BillKind, { readonly type: string; readonly file: string }>> = {
  trade: { type: 'trade', file: '业务明细.csv' },
  fund: { type: 'signcustomer', file: '账务明细.csv' },
};

const READ_BYTES = 256 * 1024;
/** A million rows take some 60 MB packed: time for a slow line, in ms. */
const TIMEOUT_MS = 600_000;
/** Files come from another host than answers, and not always over TLS: Alipay decides that. */
const OFFICIAL = /^[\w.-]+\.alipay\.com$/;

const addressSchema = z.object({ bill_download_url: z.url({ protocol: /^https?$/ }) });

/** The rows of a day's bill, from a file held against the sum in its archive before the first is given. */
export async function* fetchBill(
  request: BillRequest,
  options: { readonly client: Client; readonly baseUrl: string },
): AsyncGenerator<BillRow> {
  const address = await askAddress(request, options);
  if (address === undefined) return;
  let detail: Spooled | undefined;
  try {
    detail = await fetchDetail(address, BILLS[request.kind].file);
    yield* billRows(request.kind, createReadStream(detail.path, { highWaterMark: READ_BYTES }));
  } catch (error) {
    if (!(error instanceof BillMalformed || error instanceof LineTooLong)) throw error;
    throw unbelievable('BILL_DAMAGED', `${request.kind} bill of ${request.date}: ${error.message}`);
  } finally {
    await detail?.remove();
  }
}

/** Where the archive is, undefined where the day brought none. Throws GatewayError. */
async function askAddress(
  { kind, date }: BillRequest,
  { client, baseUrl }: { readonly client: Client; readonly baseUrl: string },
): Promise<URL | undefined> {
  try {
    const bizContent = { bill_type: BILLS[kind].type, bill_date: date };
    const answer = addressSchema.safeParse(
      await client.call('alipay.data.dataservice.bill.downloadurl.query', { bizContent }),
    );
    const url = answer.success ? new URL(answer.data.bill_download_url) : undefined;
    if (url === undefined || !(url.origin === new URL(baseUrl).origin || OFFICIAL.test(url.hostname))) {
      throw unbelievable('ANSWER_MALFORMED', 'a strange address of a bill');
    }
    return url;
  } catch (error) {
    if (hasCode(error, 'NO_BILL_DATA')) return undefined;
    if (!hasCode(error, 'BILL_NOT_EXIST')) throw error;
    throw failure('refused', 'BILL_NOT_READY', `the ${kind} bill of ${date} is not made yet`);
  }
}

async function fetchDetail(address: URL, ending: string): Promise<Spooled> {
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: unknown) => {
      throw unbelievable('NO_ANSWER', error instanceof Error ? error.message.slice(0, 200) : '');
    },
  );
  if (!answer.ok || answer.body === null) {
    throw unbelievable('NO_ANSWER', `the file was answered with ${answer.status}`);
  }
  const archive = await spool(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])).catch(
    (error: unknown) => {
      if (error instanceof GatewayError) throw error;
      throw unbelievable('BILL_DAMAGED', error instanceof Error ? error.message.slice(0, 200) : '');
    },
  );
  try {
    return await unpack(archive.path, ending);
  } finally {
    await archive.remove();
  }
}
