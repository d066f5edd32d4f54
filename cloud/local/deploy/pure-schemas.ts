import { readFile } from 'node:fs/promises';

import type { Plugin } from 'esbuild';
import ts from 'typescript';

/** Each constant of a module's top level made by a call that the bundler knows to have no effect but its value. */
export function withPureConstants(source: string): string {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest);
  const initializers = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => initializer ?? []);
  return initializers.reduceRight((text, { pos, end }) => {
    return `${text.slice(0, pos)} /* @__PURE__ */ (() => (${text.slice(pos, end)}))()${text.slice(end)}`;
  }, source);
}

/**
 * Leaves out of a function the contract's schemas that none of its routes uses. They are built by calls, which a bundler
 * must keep otherwise: building all of them is a twentieth of a cold start.
 */
export const pureSchemas: Plugin = {
  name: 'pure-schemas',
  setup(building) {
    building.onLoad(
      { filter: /[\\/]cloud[\\/]contract[\\/](?:settlement-)?schemas\.ts$/ },
      async ({ path }) => ({
        contents: withPureConstants(await readFile(path, 'utf8')),
        loader: 'ts',
      }),
    );
  },
};
