import { readFileSync, writeFileSync } from 'node:fs';
import { wrap } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

/** What a bundled function's folder holds beside `index.js`, which loads it. */
export const CODE_FILE = 'function.js';
/**
 * Named after the node that made it, and read by no other: V8 refuses what another version of its own wrote, but not what
 * another architecture or node's own patches to V8 did.
 */
export const CACHE_FILE = `function-${process.version}-${process.platform}-${process.arch}.cache.gz`;
/** Client libraries, packed since few starts ever read one. */
export const packedFile = (library: string): string => `${library}.js.br`;

type CommonJs = (
  exports: object,
  require: (id: string) => unknown,
  module: { readonly exports: object },
  filename: string,
  dirname: string,
) => void;

function runAs(file: string, script: Script): unknown {
  const module = { exports: {} };
  const unpacking = (id: string): unknown =>
    id.startsWith('packed:') ? loadPacked(path.dirname(file), id.slice('packed:'.length)) : require(id);
  (script.runInThisContext() as CommonJs)(module.exports, unpacking, module, file, path.dirname(file));
  return module.exports;
}

function loadPacked(folder: string, library: string): unknown {
  const text = brotliDecompressSync(readFileSync(path.join(folder, packedFile(library)))).toString('latin1');
  const file = path.join(folder, `${library}.js`);
  return runAs(file, new Script(wrap(text), { filename: file }));
}

/** The text of bundles is ASCII: read so, a megabyte of it is not decoded on the way. */
const readBundle = (file: string): string => readFileSync(file, 'latin1');

/**
 * Runs the function's code in `folder`; answers its script. `cachedData` is what V8 made of the same text when it was
 * bundled, without which it compiles the text as ever.
 */
export function runFunction(folder: string, cachedData?: Buffer): Script {
  const file = path.join(folder, CODE_FILE);
  const script = new Script(wrap(readBundle(file)), { filename: file, cachedData });
  runAs(file, script);
  return script;
}

/** V8's cache of the code in `folder`; undefined where there is none to read. Packed it is a third, and unpacked in a few ms. */
export function readCache(folder: string): Buffer | undefined {
  try {
    return gunzipSync(readFileSync(path.join(folder, CACHE_FILE)));
  } catch {
    return undefined;
  }
}

/** Keeps what V8 made of the code in `folder` for its next start. */
export const writeCache = (folder: string, cachedData: Buffer): void =>
  writeFileSync(path.join(folder, CACHE_FILE), gzipSync(cachedData, { level: 9 }));
