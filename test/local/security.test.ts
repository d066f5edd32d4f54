import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../cloud/local/builds';

const model = readFileSync(path.join(ROOT, 'cloud/SECURITY.md'), 'utf8');
const rows = model
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every threat has a control, a proof and what it maps to', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [, threat, control, proof, mapped] of rows) {
    for (const cell of [threat, control]) expect(cell).toMatch(/\w{3}/);
    expect(proof).toMatch(/`test\/[\w/-]+\.test\.ts`/);
    expect(mapped).toMatch(/^((\d+\.\d+\.\d+|API\d+)(, )?)+$/);
  }
  const mapped = rows.map((cells) => cells[4]).join();
  for (let risk = 1; risk <= 10; risk += 1) {
    // API7 is requests to addresses that callers name: there are none.
    if (risk !== 7) expect(mapped).toMatch(new RegExp(`API${risk}\\b`));
  }
});

test('every file that the threat model names exists', () => {
  const files = [...model.matchAll(/`((?:cloud|test)\/[\w./-]+)`/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('every test that the threat model names is in the file named before it', () => {
  const named = [...model.matchAll(/`(test\/[\w./-]+)` "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(15);
  const missing = named.filter(
    ([, file = '', name = '']) => !readFileSync(path.join(ROOT, file), 'utf8').includes(name),
  );
  expect(missing.map(([text]) => text)).toEqual([]);
});

test('secrets are looked for in every check', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  expect(scripts.check).toContain('npm run check:secrets');
  expect(scripts['check:secrets']).toContain('secretlint');
});
