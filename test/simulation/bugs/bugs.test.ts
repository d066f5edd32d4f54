import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { edited, MisplacedEdit, ROOT } from './scratch';
import { BUGS } from './table';

test('there are ten bugs, each of its own name', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(10);
});

test.each(BUGS)('$name can be planted in the code as it is', ({ edits }) => {
  const files = new Map<string, string>();
  for (const edit of edits) {
    const before = files.get(edit.file) ?? readFileSync(path.join(ROOT, edit.file), 'utf8');
    const after = edited(before, edit);
    expect(after).not.toBe(before);
    files.set(edit.file, after);
  }
});

const MIGRATIONS = 'cloud/store/migrations';
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const CREATED = /create (?:or replace )?function (\w+)/g;

test('a bug in a function of the database is in the newest of its versions', () => {
  const edits = BUGS.flatMap((bug) => bug.edits).filter(({ file }) => file.startsWith(MIGRATIONS));
  expect(edits).not.toHaveLength(0);
  for (const { file, find } of edits) {
    const before = read(file).slice(0, read(file).indexOf(find));
    const changed = [...before.matchAll(CREATED)].at(-1)?.[1];
    const later = readdirSync(path.join(ROOT, MIGRATIONS)).filter((name) => name > path.basename(file));
    const again = later.filter((name) =>
      [...read(`${MIGRATIONS}/${name}`).matchAll(CREATED)].some(([, name]) => name === changed),
    );
    expect({ changed, again }).toEqual({ changed: expect.any(String), again: [] });
  }
});

test('an edit that fits nowhere, or twice, is refused', () => {
  const edit = { file: 'a.ts', find: 'x', replace: 'y' };
  expect(edited('axb', edit)).toBe('ayb');
  expect(() => edited('ab', edit)).toThrow(MisplacedEdit);
  expect(() => edited('xx', edit)).toThrow(MisplacedEdit);
});
