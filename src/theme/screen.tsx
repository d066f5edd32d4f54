import { ConfigProvider } from '@nutui/nutui-react-taro';
import { View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import type { PropsWithChildren } from 'react';

import { ConsentSheet } from '../components/consent-sheet';
import { OpenInHost } from '../components/open-in-host';
import { host } from '../host';
import { t } from '../i18n';

import { isDark, useAppearance } from './appearance';
import { nutuiTheme } from './nutui';

interface ScreenProps {
  /** Title of the native navigation bar. */
  readonly title: string;
  /** The page's own class. */
  readonly className?: string;
  /** False for pages that are read before anything is agreed to. */
  readonly asksConsent?: boolean;
}

/** Colours of the parts that the host draws. They take no CSS variables. */
const NATIVE = {
  light: { front: '#000000', bar: '#ffffff', tab: '#5b6b6f', selected: '#00796b' },
  dark: { front: '#ffffff', bar: '#182124', tab: '#a9bac0', selected: '#4fd1bd' },
} as const;

const TAB_TITLES = ['tab.home', 'tab.orders', 'tab.me'] as const;

/** Paints what the host draws. A page without a tab bar refuses part of it, which is no matter. */
function paintNativeParts(title: string, dark: boolean): void {
  const { front, bar, tab, selected } = NATIVE[dark ? 'dark' : 'light'];
  const ignore = (): void => undefined;
  Taro.setNavigationBarTitle({ title }).catch(ignore);
  Taro.setNavigationBarColor({ frontColor: front, backgroundColor: bar }).catch(ignore);
  Taro.setTabBarStyle({ color: tab, selectedColor: selected, backgroundColor: bar }).catch(ignore);
  TAB_TITLES.forEach((key, index) => {
    Taro.setTabBarItem({ index, text: t(key) }).catch(ignore);
  });
}

/** The frame of a page: theme, text size and, in a plain browser, the way into a host in place of the page. */
export function Screen({
  title,
  className = '',
  asksConsent = true,
  children,
}: PropsWithChildren<ScreenProps>) {
  const appearance = useAppearance();
  const dark = isDark(appearance);
  useDidShow(() => paintNativeParts(title, dark));
  const classes = ['screen', dark ? 'screen--dark' : '', appearance.largeText ? 'screen--large-text' : ''];
  // The tokens stand outside: NutUI's variables are worked out where the provider is, from the tokens around it.
  return (
    <View className={classes.filter(Boolean).join(' ')}>
      <ConfigProvider theme={nutuiTheme} className={`screen__content ${className}`}>
        {host.name === 'browser' ? <OpenInHost /> : children}
        {host.name !== 'browser' && asksConsent && <ConsentSheet />}
      </ConfigProvider>
    </View>
  );
}
