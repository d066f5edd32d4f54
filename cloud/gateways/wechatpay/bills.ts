import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

import * as z from 'zod';

import { BillMalformed } from '../bills/cells';
import { LineTooLong } from '../bills/lines';
import { spool, type Spooled } from '../bills/spool';
import { GatewayError, type BillRequest, type BillRow } from '../port';
import { billRows } from './bill-rows';
import { download, type DownloadOptions } from './download';
import { failure, hasCode, unbelievable } from './errors';
import type { Call } from './client';

const READ_BYTES = 256 * 1024;
/** A day's bill is made until ten o'clock of the day after, Beijing time. */
const READY_AFTER_MS = (24 + 10) * 3_600_000;

const addressSchema = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().regex(/^[0-9a-f]{40}$/i),
  download_url: z.string().min(1),
});
type Address = z.infer<typeof addressSchema>;

export interface BillOptions extends DownloadOptions {
  readonly ask: (schema: typeof addressSchema, call: Call) => Promise<Address>;
}

/** The rows of a day's bill, from a file held against the SHA-1 of the signed answer before the first is given. */
export async function* fetchBill(request: BillRequest, options: BillOptions): AsyncGenerator<BillRow> {
  const address = await askAddress(request, options);
  if (address === undefined) return;
  const file = await fetchFile(address, options);
  try {
    yield* billRows(request.kind, createReadStream(file.path, { highWaterMark: READ_BYTES }));
  } catch (error) {
    if (!(error instanceof BillMalformed || error instanceof LineTooLong)) throw error;
    throw unbelievable('BILL_DAMAGED', `${request.kind} bill of ${request.date}: ${error.message}`);
  } finally {
    await file.remove();
  }
}

/** Where the file is, undefined where the day brought none. */
async function askAddress({ kind, date }: BillRequest, options: BillOptions): Promise<Address | undefined> {
  const call: Call =
    kind === 'trade'
      ? {
          method: 'GET',
          path: '/v3/bill/tradebill',
          params: { bill_date: date, bill_type: 'ALL', tar_type: 'GZIP' },
        }
      : {
          method: 'GET',
          path: '/v3/bill/fundflowbill',
          params: { bill_date: date, account_type: 'BASIC', tar_type: 'GZIP' },
        };
  try {
    return await options.ask(addressSchema, call);
  } catch (error) {
    const due = options.now().getTime() >= Date.parse(`${date}T00:00:00+08:00`) + READY_AFTER_MS;
    // The same words are said of a day without trade and of a bill that is still to be made.
    if (hasCode(error, 'NO_STATEMENT_EXIST') && due) return undefined;
    // A day that is not over yet is no valid parameter.
    if (
      hasCode(error, 'STATEMENT_CREATING') ||
      (!due && hasCode(error, 'NO_STATEMENT_EXIST', 'PARAM_ERROR'))
    ) {
      throw failure('refused', 'BILL_NOT_READY', `the ${kind} bill of ${date} is not made yet`);
    }
    throw error;
  }
}

async function fetchFile(address: Address, options: BillOptions): Promise<Spooled> {
  const file = await download(address.download_url, options)
    .then((source) => spool(source, { transforms: [createGunzip()] }))
    .catch((error: unknown) => {
      if (error instanceof GatewayError) throw error;
      throw unbelievable('BILL_DAMAGED', error instanceof Error ? error.message.slice(0, 200) : '');
    });
  if (file.sha1 === address.hash_value.toLowerCase()) return file;
  await file.remove();
  throw unbelievable('BILL_DAMAGED', 'the file is not the one whose SHA-1 was told');
}
