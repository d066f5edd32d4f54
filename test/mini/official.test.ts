/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import * as ci from 'miniprogram-ci';

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
  const compileStyle = (file: string, cwd: string) =>
    execFileSync(compiler('wcsc'), ['-js', '-o', join(scratch, 'style.js'), file], { cwd, stdio: 'pipe' });

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
    for (const style of styles) compileStyle(style, DIST);
  });

  test('refuse a broken template and a broken style, so that their yes means something', () => {
    writeFileSync(join(scratch, 'broken.wxml'), '<view><text>{{ a </view>');
    writeFileSync(join(scratch, 'broken.wxss'), '.a { color: ');
    expect(() => compileTemplates(['broken.wxml'], scratch)).toThrow();
    expect(() => compileStyle('broken.wxss', scratch)).toThrow();
  });
});

describe("WeChat's project compiler", () => {
  /**
   * The compiler looks the account's limits up on WeChat's servers. These are the published limits; everything else it
   * does runs here unchanged.
   */
  const PUBLISHED_LIMITS = {
    platform: false,
    appType: 0,
    isSandbox: false,
    released: false,
    setting: {
      MaxCodeSize: 2,
      MaxSubpackageSubCodeSize: 2,
      MaxSubpackageFullCodeSize: 30,
      NavigateMiniprogramLimit: 10,
      MaxSubPackageLimit: 100,
      MinTabbarCount: 2,
      MaxTabbarCount: 5,
      MaxCustomTabbarCount: 5,
      MaxTabbarIconSize: 40,
    },
  };
  const setting = { es6: true, es7: true, minify: true, minifyJS: true, minifyWXML: true, minifyWXSS: true };

  function project(): ci.Project {
    writeFileSync(join(scratch, 'private.key'), 'unused: nothing is uploaded');
    const built = new ci.Project({
      appid: 'wx0000000000000000',
      type: 'miniProgram',
      projectPath: DIST,
      privateKeyPath: join(scratch, 'private.key'),
      ignores: [],
    });
    built.attr = () => Promise.resolve(PUBLISHED_LIMITS);
    return built;
  }

  test('takes the whole build', async () => {
    const output = join(scratch, 'compiled.zip');
    await ci.getCompiledResult({ project: project(), version: '0.1.0', desc: '', setting }, output);
    expect(existsSync(output)).toBe(true);
  }, 180_000);

  test('has no complaint in its code-quality check', async () => {
    const checks = await ci.checkCodeQuality(project());
    expect(checks.length).toBeGreaterThan(5);
    expect(checks.filter((check) => !check.success)).toEqual([]);
  }, 180_000);
});
