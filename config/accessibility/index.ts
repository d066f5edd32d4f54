import { join } from 'node:path';

import type { IPluginContext } from '@tarojs/service';

import attributes from './attributes.json';

interface MiniPlatform {
  template?: { mergeComponents(context: IPluginContext, components: object): void };
  runtimePath: string | string[];
}

const COMPONENTS = ['View', 'Text', 'Image', 'Button', 'Input'];

/**
 * Lets the mini-programs' templates carry what screen readers read: Taro's own leave `aria-*` out. The build's templates
 * and the running app number attributes alike, so the same list is handed to both (`runtime.js`).
 */
export default (context: IPluginContext): void => {
  context.registerMethod({
    name: 'onSetupClose',
    fn(platform: MiniPlatform) {
      if (!platform.template) return;
      const added = Object.fromEntries(attributes.map((name) => [name, '']));
      platform.template.mergeComponents(
        context,
        Object.fromEntries(COMPONENTS.map((name) => [name, { ...added }])),
      );
      platform.runtimePath = [platform.runtimePath, join(__dirname, 'runtime.js')].flat();
    },
  });
};
