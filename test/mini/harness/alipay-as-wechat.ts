import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/**
 * Alipay has no engine that runs outside its own tools, so its compiled templates are rewritten, word for word, into
 * the syntax of WeChat's engine. The scripts stay as they were built. This proves our JavaScript and template logic in
 * the Alipay build; it cannot prove that Alipay's compiler accepts the templates.
 */
const REPLACEMENTS: readonly (readonly [RegExp, string | ((...match: string[]) => string)])[] = [
  [
    /<import-sjs\s+name="([^"]+)"\s+from="([^"]+?)\.sjs"\s*\/?>(?:<\/import-sjs>)?/g,
    '<wxs module="$1" src="$2.wxs" />',
  ],
  [
    /<import-sjs\s+from="([^"]+?)\.sjs"\s+name="([^"]+)"\s*\/?>(?:<\/import-sjs>)?/g,
    '<wxs module="$2" src="$1.wxs" />',
  ],
  [/\ba:(if|elif|else|for|for-item|for-index|key)\b/g, 'wx:$1'],
  [/\.axml\b/g, '.wxml'],
  [/\scatch([A-Z]\w*)=/g, (_, name = '') => ` catch:${name.toLowerCase()}=`],
  [/\son([A-Z]\w*)=/g, (_, name = '') => ` bind:${name.toLowerCase()}=`],
];

function rewrite(template: string): string {
  return REPLACEMENTS.reduce(
    (text, [pattern, replacement]) =>
      typeof replacement === 'string'
        ? text.replace(pattern, replacement)
        : text.replace(pattern, replacement),
    template,
  );
}

/** An ES module script of Alipay as the CommonJS that WeChat's wxs is. */
const rewriteScript = (script: string): string => script.replace(/export\s+default\s+/, 'module.exports = ');

/** Deeper than any page is nested. */
const LEVELS = 32;

/** Alipay's templates call themselves; WeChat stops that, so each level of nesting gets templates of its own. */
function unrollRecursion(template: string): string {
  const start = template.indexOf('<template name="tmpl_0_');
  if (start < 0) return template;
  const templates = template.slice(start);
  const levels = Array.from({ length: LEVELS }, (_, level) =>
    templates.replaceAll('tmpl_0_', `tmpl_${level}_`).replaceAll('xs.a(0, ', `xs.a(${level + 1}, `),
  );
  return template.slice(0, start) + levels.join('');
}

/** Writes a copy of the built Alipay package in WeChat's template syntax. The caller removes the folder. */
export function rewriteAlipayPackage(dist: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tpwallet-alipay-'));
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(folder, relative(dist, source));
    mkdirSync(dirname(target), { recursive: true });
    if (target.endsWith('.axml')) {
      writeFileSync(
        target.replace(/\.axml$/, '.wxml'),
        unrollRecursion(rewrite(readFileSync(source, 'utf8'))),
      );
    } else if (target.endsWith('.sjs')) {
      writeFileSync(target.replace(/\.sjs$/, '.wxs'), rewriteScript(readFileSync(source, 'utf8')));
    } else if (target.endsWith('.acss')) {
      writeFileSync(
        target.replace(/\.acss$/, '.wxss'),
        readFileSync(source, 'utf8').replaceAll('.acss', '.wxss'),
      );
    } else {
      cpSync(source, target);
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
