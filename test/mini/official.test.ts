/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const DIST = join(__dirname, '../../dist/weapp');
const COMPILERS = join(__dirname, '../../node_modules/miniprogram-compiler/bin', compilerPlatform());

function compilerPlatform(): string {
  return { linux: 'linux', darwin: 'mac', win32: 'windows' }[process.platform as string] ?? 'linux';
}

let scratch: string;
/** Runs a compiler from a copy: the package ships it without the execute bit, and its folder may be read-only. */
function compiler(name: 'wcc' | 'wcsc'): string {
  const binary = readdirSync(COMPILERS).find(
    (file) => file.startsWith(name) && !(name === 'wcc' && file.startsWith('wcsc')),
  );
  if (!binary) throw new Error(`${name} is not in miniprogram-compiler for ${process.platform}`);
  const copy = join(scratch, binary);
  if (!existsSync(copy)) {
    copyFileSync(join(COMPILERS, binary), copy);
    chmodSync(copy, 0o755);
  }
  return copy;
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(DIST, join(entry.parentPath, entry.name)));
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tpwallet-official-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("WeChat's template and style compilers", () => {
  const compileTemplates = (files: string[], cwd: string) =>
    execFileSync(compiler('wcc'), ['-d', '-o', join(scratch, 'templates.js'), ...files], {
      cwd,
      stdio: 'pipe',
    });
  const compileStyles = (files: string[], cwd: string) =>
    execFileSync(compiler('wcsc'), ['-js', '-o', join(scratch, 'style.js'), ...files], {
      cwd,
      stdio: 'pipe',
    });

  test('take every template of the build', () => {
    const templates = [...filesOf(DIST, '.wxml'), ...filesOf(DIST, '.wxs')];
    expect(templates.length).toBeGreaterThan(6);
    compileTemplates(templates, DIST);
    expect(readFileSync(join(scratch, 'templates.js'), 'utf8').length).toBeGreaterThan(10_000);
  });

  test('take every style of the build', () => {
    const styles = filesOf(DIST, '.wxss').filter(
      (file) => readFileSync(join(DIST, file), 'utf8').trim() !== '',
    );
    expect(styles.length).toBeGreaterThan(0);
    for (const style of styles) {
      // The first is compiled; one that imports another needs it beside it.
      compileStyles([style, ...styles.filter((other) => other !== style)], DIST);
      expect(readFileSync(join(scratch, 'style.js'), 'utf8')).toContain('setCssToHead');
    }
  });

  test('refuse a broken template and a broken style, so that their yes means something', () => {
    writeFileSync(join(scratch, 'broken.wxml'), '<view><text>{{ a </view>');
    writeFileSync(join(scratch, 'broken.wxss'), '.a { color: ');
    expect(() => compileTemplates(['broken.wxml'], scratch)).toThrow();
    expect(() => compileStyles(['broken.wxss'], scratch)).toThrow();
  });
});

describe("WeChat's project compiler", () => {
  /** In a process of its own: the compiler keeps watchers and workers that would hold this one open. */
  function run(task: 'compile' | 'check-quality', folder = DIST): unknown {
    const printed = execFileSync(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'harness/project-compiler.ts'), task, folder, scratch],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 170_000 },
    );
    return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
  }

  test('takes the whole build', () => {
    expect(run('compile')).toEqual({ compiled: true });
    expect(existsSync(join(scratch, 'compiled.zip'))).toBe(true);
  }, 180_000);

  test('has no complaint in its code-quality check', () => {
    const checks = run('check-quality') as { name: string; success: boolean }[];
    expect(checks.length).toBeGreaterThan(5);
    expect(checks.filter((check) => !check.success)).toEqual([]);
  }, 180_000);

  test('refuses a build that misses a file, so that its yes means something', () => {
    const broken = join(scratch, 'broken');
    cpSync(DIST, broken, { recursive: true });
    rmSync(join(broken, 'pages/pay/index.wxml'));
    expect(() => run('compile', broken)).toThrow();
  }, 180_000);
});
