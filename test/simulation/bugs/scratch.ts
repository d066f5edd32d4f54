import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Edit } from './table';

export const ROOT = path.resolve(__dirname, '../../..');
/** What the simulation needs of the project. */
const COPIED = ['cloud', 'test', 'package.json', 'tsconfig.json'];

/** An edit that does not fit the code any more. */
export class MisplacedEdit extends Error {
  override readonly name = 'MisplacedEdit';
}

/** The text with the edit made. Throws MisplacedEdit unless what it looks for is there exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new MisplacedEdit(`${file}: found ${places} times, not once:\n${find}`);
  return text.replace(find, () => replace);
}

/** Copies the project to a folder of its own, makes the edits there, and removes it after `use`. */
export async function inScratchCopy<Result>(
  edits: readonly Edit[],
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tpwallet-bug-'));
  try {
    for (const name of COPIED) await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    for (const edit of edits) {
      const file = path.join(folder, edit.file);
      await writeFile(file, edited(await readFile(file, 'utf8'), edit));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
