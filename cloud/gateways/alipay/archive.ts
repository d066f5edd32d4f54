import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';

import type { Entry, ZipFile } from 'yauzl';

import { BillMalformed } from '../bills/cells';
import { spool, type Spooled } from '../bills/spool';

/** Names in Alipay's archives are GBK, though nothing in them says so. */
const nameOf = (entry: Entry): string => new TextDecoder('gbk').decode(entry.fileNameRaw);

/**
 * Unpacks the one file of an archive whose name ends so, its contents held against the CRC-32 in the archive. `remove` it
 * when done. Throws BillMalformed where there is no such file or it is damaged.
 */
export async function unpack(archivePath: string, ending: string): Promise<Spooled> {
  const { openPromise } = await import('yauzl');
  let archive: ZipFile | undefined;
  try {
    archive = await openPromise(archivePath, { lazyEntries: true, autoClose: false, decodeStrings: false });
    for await (const entry of archive.eachEntry()) {
      if (nameOf(entry).endsWith(ending)) return await unpackEntry(archive, entry);
    }
  } catch (error) {
    throw new BillMalformed(error instanceof Error ? error.message : 'the archive is damaged');
  } finally {
    archive?.close();
  }
  throw new BillMalformed(`the archive has no file ${ending}`);
}

async function unpackEntry(archive: ZipFile, entry: Entry): Promise<Spooled> {
  let sum = 0;
  const summed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  const file = await spool(await archive.openReadStreamPromise(entry), { transforms: [summed] });
  if (sum === entry.crc32) return file;
  await file.remove();
  throw new BillMalformed('the file is not the one whose CRC-32 stands in the archive');
}
