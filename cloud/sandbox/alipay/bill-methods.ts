import { dayOf, endOf, isBillReady, startOf } from '../bills/day';
import { truncated, type BillDesk } from '../bills/desk';
import { distort } from '../bills/faults';
import { billArchive, linesOf } from './bills';
import { Refusal } from './errors';
import type { Call, Merchant } from './merchant';

/** Bills are made from nine o'clock of the day after, and kept for six years. */
const READY_HOUR = 9;
const KEPT_MS = 6 * 366 * 86_400_000;
const DOWNLOAD_LIVES_MS = 30_000;

export interface BillOffice {
  readonly desk: BillDesk;
  /** Origin of the addresses that files are fetched at. */
  readonly origin: () => string;
}

/** alipay.data.dataservice.bill.downloadurl.query: where the archive of a day's bill is fetched, for half a minute. */
export function queryBillUrl(merchant: Merchant, office: BillOffice, { biz }: Call): object {
  const { desk } = office;
  const type = biz.required('bill_type', 20);
  const day = biz.required('bill_date', 15);
  if (type !== 'trade' && type !== 'signcustomer') {
    throw new Refusal('40004', 'isp.unknow-error', '账单类型不支持: TYPE_NOT_SUPPORTED');
  }
  const start = startOf(day);
  const now = desk.now();
  if (start === undefined || now.getTime() - start.getTime() > KEPT_MS) {
    // The documentation spells it so.
    throw new Refusal('40004', 'INVAILID_ARGUMENTS', '入参不合法');
  }
  if (dayOf(start) >= dayOf(now) || !isBillReady(start, READY_HOUR, now)) {
    throw new Refusal('40004', 'BILL_NOT_EXIST', '账单不存在');
  }
  const lines = distort(linesOf(merchant.book, start, endOf(start)), desk.faultsOf('alipay'), start);
  const archive = billArchive(type, lines, { sellerId: merchant.sellerId, start, madeAt: now });
  // There is no hash beside an archive: its own sums are all that speaks for its contents.
  const spoilt = desk.hasFault('alipay', 'hash_wrong') ? withWrongSums(archive) : archive;
  const bytes = desk.hasFault('alipay', 'truncated') ? truncated(spoilt) : spoilt;
  return {
    bill_download_url: `${office.origin()}/alipay/bill/download?token=${desk.keep({ bytes }, DOWNLOAD_LIVES_MS)}`,
    ...(lines.length === 0 && { bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' }),
  };
}

/** The CRC-32 of each entry in the central directory changed. */
function withWrongSums(archive: Buffer): Buffer {
  const spoilt = Buffer.from(archive);
  for (let at = spoilt.indexOf('PK\u0001\u0002'); at >= 0; at = spoilt.indexOf('PK\u0001\u0002', at + 4)) {
    spoilt.writeUInt32LE((spoilt.readUInt32LE(at + 16) ^ 1) >>> 0, at + 16);
  }
  return spoilt;
}
