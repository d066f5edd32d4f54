import type { Host } from './host';
import { linkFromQuery } from './launch';
import { wechatOutcome } from './outcomes';
import { createStorage } from './storage';

export type { Host, HostStorage, LaunchOptions, NativeInvocation, PayOutcome } from './host';

/** WeChat. */
export const host: Host = {
  name: 'weapp',
  nativeMethod: 'wechat',
  login: () =>
    new Promise((resolve, reject) => {
      wx.login({
        success: ({ code }) => resolve({ host: 'weapp', code }),
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      });
    }),
  pay: (invocation) =>
    new Promise((resolve) => {
      if (invocation.kind !== 'wechat') return resolve('failed');
      const { kind: _, ...payment } = invocation;
      wx.requestPayment({
        ...payment,
        success: ({ errMsg }) => resolve(wechatOutcome(errMsg)),
        fail: ({ errMsg }) => resolve(wechatOutcome(errMsg)),
      });
    }),
  scan: () =>
    new Promise((resolve) => {
      wx.scanCode({ success: ({ result }) => resolve(result), fail: () => resolve(undefined) });
    }),
  launchLink: (options = wx.getEnterOptionsSync() as { query: Record<string, string> }) =>
    linkFromQuery(options, ['link', 'scene', 'q']),
  language: () => (wx.getAppBaseInfo().language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
  isDark: () => wx.getAppBaseInfo().theme === 'dark',
  vibrate: () => wx.vibrateShort({ type: 'light', fail: () => undefined }),
  storage: createStorage('weapp'),
};
