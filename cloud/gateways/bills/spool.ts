import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spooled {
  readonly path: string;
  /** SHA-1 of what the file holds, hex. */
  readonly sha1: string;
  remove(): Promise<void>;
}

/** A bill grew beyond what any day can bring. */
export class SpoolTooLarge extends Error {
  override readonly name = 'SpoolTooLarge';
}

/** Ten million rows, with room to spare. */
const BYTES_MAX = 8 * 1024 ** 3;

/**
 * Writes a stream, through `transforms` if any, to a file of its own below the system's temporary folder, where nothing
 * but this process reads it; `remove` it when done. Memory stays bounded. Throws SpoolTooLarge, and whatever the streams
 * throw; nothing is left behind then.
 */
export async function spool(
  source: Readable,
  options: { readonly transforms?: readonly NodeJS.ReadWriteStream[]; readonly bytesMax?: number } = {},
): Promise<Spooled> {
  const { transforms = [], bytesMax = BYTES_MAX } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'tpwallet-bill-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = path.join(folder, 'bill');
  const hash = createHash('sha1');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > bytesMax ? new SpoolTooLarge(`more than ${bytesMax} bytes`) : null, chunk);
    },
  });
  try {
    await pipeline([source, ...transforms, counted, createWriteStream(file, { mode: 0o600 })]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path: file, sha1: hash.digest('hex'), remove };
}
