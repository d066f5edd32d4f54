import type { Host } from './host';
import { linkFromQuery } from './launch';
import { modelName } from './model';
import { alipayOutcome } from './outcomes';
import { alipayPermission } from './permissions';
import { nativeOf, refusalOf, supportOf } from './recognition';
import { createStorage } from './storage';

export type {
  BiometricMode,
  BiometricOutcome,
  BiometricSupport,
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

/** Alipay. */
export const host: Host = {
  name: 'alipay',
  nativeMethod: 'alipay',
  // Alipay has a privacy authorisation of its own (隐私信息授权) and holds calls back for it only where app.json says so. Ours
  // does not, and Taro draws no button whose tap Alipay would note: our own consent is all there is.
  agreeButton: {},
  authorizePrivacy: () => Promise.resolve(true),
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
  scan: () =>
    new Promise((resolve) => {
      my.scan({
        scanType: ['qrCode', 'barCode'],
        success: ({ code }) => resolve(code),
        fail: () => resolve(undefined),
      });
    }),
  launchLink: (options = my.getEnterOptionsSync() as { query?: Record<string, string> }) =>
    linkFromQuery(options, ['link', 'qrCode']),
  phoneButton: { openType: 'getAuthorize', scope: 'phoneNumber' },
  phoneProof: () =>
    new Promise((resolve) => {
      my.getPhoneNumber({
        success: ({ response }) => resolve(response),
        fail: () => resolve(undefined),
      });
    }),
  // IFAA: Alipay keeps what the phone signed, and tells the server whether it holds.
  biometricSupport: () =>
    new Promise((resolve) => {
      if (!my.canIUse('startIfaaAuthentication')) return resolve('unavailable');
      const isEnrolled = (checkAuthMode: 'fingerPrint' | 'facial'): Promise<boolean> =>
        new Promise((told) => {
          void my.checkIsIfaaEnrolledInDevice({
            checkAuthMode,
            success: (answer) => told(answer.isEnrolled === true),
            fail: () => told(false),
          });
        });
      void my.checkIsSupportIfaaAuthentication({
        success: ({ supportMode = [] }) => resolve(supportOf(supportMode, isEnrolled)),
        fail: () => resolve('unavailable'),
      });
    }),
  recognise: (mode, nonce) =>
    new Promise((resolve) => {
      void my.startIfaaAuthentication({
        requestAuthModes: [nativeOf(mode)],
        challenge: nonce,
        success: ({ verifyId }) => resolve({ outcome: 'recognised', proof: { host: 'alipay', verifyId } }),
        fail: ({ error }) => resolve({ outcome: refusalOf(error) }),
      });
    }),
  deviceName: () => modelName(my.getSystemInfoSync()),
  language: () => (my.getAppBaseInfo().language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
  isDark: () => (my.getAppBaseInfo() as { theme?: string }).theme === 'dark',
  randomBytes: (length) =>
    Promise.resolve(Uint8Array.from({ length }, () => Math.floor(Math.random() * 256))),
  vibrate: () => my.vibrateShort({ fail: () => undefined }),
  storage: createStorage('alipay'),
};
