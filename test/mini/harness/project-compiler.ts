import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as ci from 'miniprogram-ci';

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
const SETTING = { es6: true, es7: true, minify: true, minifyJS: true, minifyWXML: true, minifyWXSS: true };

/** `project-compiler.ts compile|check-quality FOLDER SCRATCH`: the last line is the answer as JSON. */
async function main([task, folder = '', scratch = '']: readonly string[]): Promise<unknown> {
  const privateKeyPath = join(scratch, 'private.key');
  writeFileSync(privateKeyPath, 'unused: nothing is uploaded');
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath: folder,
    privateKeyPath,
    ignores: [],
  });
  project.attr = () => Promise.resolve(PUBLISHED_LIMITS);
  if (task === 'check-quality') return ci.checkCodeQuality(project);
  const output = join(scratch, 'compiled.zip');
  await ci.getCompiledResult({ project, version: '0.1.0', desc: '', setting: SETTING }, output);
  return { compiled: true };
}

main(process.argv.slice(2)).then(
  (answer) => process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
