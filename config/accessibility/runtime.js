import { mergeInternalComponents } from '@tarojs/shared';

import attributes from './attributes.json';

/** The running app's half of `index.ts`: the same attributes on the same components. */
const added = Object.fromEntries(attributes.map((name) => [name, '']));
mergeInternalComponents({
  View: { ...added },
  Text: { ...added },
  Image: { ...added },
  Button: { ...added },
  Input: { ...added },
});
