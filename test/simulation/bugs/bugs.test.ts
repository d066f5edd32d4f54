import { readFileSync } from 'node:fs';
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

test('an edit that fits nowhere, or twice, is refused', () => {
  const edit = { file: 'a.ts', find: 'x', replace: 'y' };
  expect(edited('axb', edit)).toBe('ayb');
  expect(() => edited('ab', edit)).toThrow(MisplacedEdit);
  expect(() => edited('xx', edit)).toThrow(MisplacedEdit);
});
