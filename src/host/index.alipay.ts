import type { Host } from './host';
import { linkFromQuery } from './launch';
import { modelName } from './model';
import { alipayOutcome } from './outcomes';
import { alipayPermission } from './permissions';
import { createStorage } from './storage';

export type {
  ConfirmOutcome,
  Host,
  HostStorage,
  KeepOutcome,
  LaunchOptions,
  NativeInvocation,
  NoticePermission,
  PayOutcome,
  PayoutConfirmation,
} from './host';

/** Not in the types yet. Since base library 2.9.7: open docs, 隐私信息授权. */
interface PrivacyApi {
  getPrivacySetting(options: {
    success: (answer: { readonly needAuthorization?: boolean }) => void;
    fail: () => void;
  }): void;
}

/**
 * Whether Alipay still waits for the user to agree to the policy that its console has; the tap on our button tells it. Before
 * 2.9.7, and where the question itself fails, our own consent is all there is. Alipay holds calls back only where app.json
 * says so, which it does not: WeChat reads the same file.
 */
const authorizePrivacy = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (!my.canIUse('getPrivacySetting')) return resolve(true);
    (my as unknown as PrivacyApi).getPrivacySetting({
      success: ({ needAuthorization }) => resolve(needAuthorization !== true),
      fail: () => resolve(true),
    });
  });

/** Alipay. */
export const host: Host = {
  name: 'alipay',
  nativeMethod: 'alipay',
  agreeButton: { openType: 'agreePrivacyAuthorization' },
  authorizePrivacy,
  // Alipay opens and shares no files of this kind.
  keepText: (_name, text) =>
    new Promise((resolve) => {
      my.setClipboard({ text, success: () => resolve('copied'), fail: () => resolve('failed') });
    }),
  login: () =>
    new Promise((resolve, reject) => {
      my.getAuthCode({
        scopes: ['auth_base'],
        success: ({ authCode }) => resolve({ host: 'alipay', code: authCode }),
        fail: (failure) => reject(new Error(failure.errorMessage ?? 'getAuthCode failed')),
      });
    }),
  pay: (invocation) =>
    new Promise((resolve) => {
      if (invocation.kind !== 'alipay') return resolve('failed');
      my.tradePay({
        tradeNO: invocation.tradeNO,
        success: ({ resultCode }) => resolve(alipayOutcome(resultCode)),
        fail: () => resolve('unknown'),
      });
    }),
  askForNotices: (templateIds) =>
    new Promise((resolve) => {
      const told = (answer: object): void => resolve(alipayPermission({ ...answer }, templateIds));
      void my.requestSubscribeMessage({ entityIds: [...templateIds], success: told, fail: told });
    }),
  // Alipay pays out without asking the payee.
  confirmPayout: () => Promise.resolve('unavailable'),
  scan: async () => {
    if (!(await authorizePrivacy())) return undefined;
    return new Promise((resolve) => {
      my.scan({
        scanType: ['qrCode', 'barCode'],
        success: ({ code }) => resolve(code),
        fail: () => resolve(undefined),
      });
    });
  },
  launchLink: (options = my.getEnterOptionsSync() as { query?: Record<string, string> }) =>
    linkFromQuery(options, ['link', 'qrCode']),
  phoneButton: { openType: 'getAuthorize', scope: 'phoneNumber' },
  phoneProof: async () => {
    if (!(await authorizePrivacy())) return undefined;
    return new Promise((resolve) => {
      my.getPhoneNumber({
        success: ({ response }) => resolve(response),
        fail: () => resolve(undefined),
      });
    });
  },
  deviceName: () => modelName(my.getSystemInfoSync()),
  language: () => (my.getAppBaseInfo().language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
  isDark: () => (my.getAppBaseInfo() as { theme?: string }).theme === 'dark',
  randomBytes: (length) =>
    Promise.resolve(Uint8Array.from({ length }, () => Math.floor(Math.random() * 256))),
  vibrate: () => my.vibrateShort({ fail: () => undefined }),
  storage: createStorage('alipay'),
};
