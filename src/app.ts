import Taro, { useDidShow, useLaunch } from '@tarojs/taro';
import type { PropsWithChildren } from 'react';

import { host, type LaunchOptions } from './host';

import './app.scss';

const PAY_PAGE = 'pages/pay/index';
/** Reads the `scene` of its own codes, which name a payout and no link. */
const PAYOUTS_PAGE = 'packages/payouts/index';

/** The app: opens the pay page when a launch brings a payment link that landed on another page. */
export default function App({ children }: PropsWithChildren) {
  useLaunch((options) => openLink(options));
  // A running app is brought back with the printed link of the next merchant.
  useDidShow((options) => options && openLink(options));
  return children;
}

let opened: string | undefined;

function openLink(options: LaunchOptions & { path?: string }): void {
  if (host.name === 'browser' || options.path?.includes(PAYOUTS_PAGE)) return;
  const code = host.launchLink(options);
  if (!code || code === opened) return;
  opened = code;
  if (options.path?.includes(PAY_PAGE)) return;
  onceAPageIsThere(() => {
    Taro.navigateTo({ url: `/${PAY_PAGE}?link=${encodeURIComponent(code)}` }).catch(() => undefined);
  });
}

const LOOK_AGAIN_MS = 20;

/** The page that a launch landed on may load slower than the next one, and would then be put over it. */
function onceAPageIsThere(go: () => void): void {
  if (Taro.getCurrentPages().length > 0) go();
  else setTimeout(() => onceAPageIsThere(go), LOOK_AGAIN_MS);
}
