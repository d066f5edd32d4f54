import { resolve } from 'node:path';

import { defineConfig, type UserConfigExport } from '@tarojs/cli';

import dev from './dev';
import prod from './prod';

const host = process.env.TARO_ENV ?? 'weapp';
/** The contract's plain values are shared source, compiled for the mini-program like our own. */
const contract = resolve(__dirname, '../cloud/contract');
/** Written for newer engines than some phones have. */
const cryptography = resolve(__dirname, '../node_modules/@stablelib');
const apiBaseUrl = host === 'h5' ? '' : (process.env.TPW_API_BASE_URL ?? 'http://localhost:8080');

const pxtransform = { enable: true, config: {} };

export default defineConfig<'webpack5'>(async (merge, { mode }) => {
  const base: UserConfigExport<'webpack5'> = {
    projectName: 'tpwallet',
    date: '2025-11-01',
    // NutUI is drawn on 375 px, our own screens on 750.
    designWidth: (input) => (/@nutui/.test(String((input as { file?: string })?.file ?? input)) ? 375 : 750),
    deviceRatio: { 375: 2, 640: 1.17, 750: 1, 828: 0.905 },
    sourceRoot: 'src',
    outputRoot: `dist/${host}`,
    framework: 'react',
    compiler: { type: 'webpack5', prebundle: { enable: false } },
    cache: { enable: true },
    logger: { quiet: true, stats: false },
    defineConstants: { TPW_API_BASE_URL: JSON.stringify(apiBaseUrl) },
    plugins: [resolve(__dirname, 'accessibility/index.ts')],
    mini: {
      compile: { include: [contract, cryptography] },
      // Each page's styles name their own block, so the order in which they come changes nothing.
      miniCssExtractPluginOption: { ignoreOrder: true },
      postcss: { pxtransform, cssModules: { enable: false } },
    },
    h5: {
      compile: { include: [contract, cryptography] },
      webpackChain(chain) {
        // A component shared by pages is sent once, not once with each page.
        chain.optimization.splitChunks({
          chunks: 'all',
          cacheGroups: { shared: { name: 'shared', minChunks: 2, priority: 10, reuseExistingChunk: true } },
        });
        chain.performance.hints(false);
        chain.set('infrastructureLogging', { level: 'error' });
        chain.stats('errors-warnings');
      },
      publicPath: '/h5/',
      staticDirectory: 'static',
      // The hash keeps `?host=` and `?link=` of the page's own address in place while the app moves between pages.
      router: { mode: 'hash', basename: '/h5' },
      output: { filename: 'js/[name].[contenthash:8].js', chunkFilename: 'js/[name].[contenthash:8].js' },
      miniCssExtractPluginOption: {
        ignoreOrder: true,
        filename: 'css/[name].[contenthash:8].css',
        chunkFilename: 'css/[name].[contenthash:8].css',
      },
      postcss: {
        autoprefixer: { enable: true, config: {} },
        pxtransform,
        cssModules: { enable: false },
      },
    },
  };
  return merge({}, base, mode === 'development' ? dev : prod);
});
