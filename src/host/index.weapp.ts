import type { Host } from './host';
import { linkFromQuery } from './launch';
import { modelName } from './model';
import { transferOutcome, wechatOutcome } from './outcomes';
import { wechatPermission } from './permissions';
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

/**
 * Base libraries before 2.32.3 know no privacy authorisation and ask for none. Where the user has agreed by our button this
 * answers at once; where not, WeChat shows its own question.
 */
const authorizePrivacy = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (!wx.canIUse('requirePrivacyAuthorize')) return resolve(true);
    wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) });
  });

/** WeChat. */
export const host: Host = {
  name: 'weapp',
  nativeMethod: 'wechat',
  agreeButton: { openType: 'agreePrivacyAuthorization' },
  authorizePrivacy,
  keepText: (name, text) =>
    new Promise((resolve) => {
      const filePath = `${wx.env.USER_DATA_PATH}/${name}`;
      const copy = (): void =>
        wx.setClipboardData({
          data: text,
          success: () => resolve('copied'),
          fail: () => resolve('failed'),
        });
      if (!wx.canIUse('shareFileMessage')) return copy();
      wx.getFileSystemManager().writeFile({
        filePath,
        data: text,
        encoding: 'utf8',
        success: () =>
          wx.shareFileMessage({
            filePath,
            fileName: name,
            success: () => resolve('shared'),
            fail: copy,
          }),
        fail: copy,
      });
    }),
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
  askForNotices: (templateIds) =>
    new Promise((resolve) => {
      const told = (answer: object): void => resolve(wechatPermission({ ...answer }, templateIds));
      wx.requestSubscribeMessage({ tmplIds: [...templateIds], success: told, fail: told });
    }),
  confirmPayout: (confirmation) =>
    new Promise((resolve) => {
      if (!wx.canIUse('requestMerchantTransfer')) return resolve('unavailable');
      const told = ({ errMsg }: { errMsg: string }): void => resolve(transferOutcome(errMsg));
      wx.requestMerchantTransfer({ ...confirmation, success: told, fail: told });
    }),
  scan: async () => {
    if (!(await authorizePrivacy())) return undefined;
    return new Promise((resolve) => {
      wx.scanCode({ success: ({ result }) => resolve(result), fail: () => resolve(undefined) });
    });
  },
  launchLink: (options = wx.getEnterOptionsSync() as { query: Record<string, string> }) =>
    linkFromQuery(options, ['link', 'scene', 'q']),
  phoneButton: { openType: 'getPhoneNumber' },
  phoneProof: async (detail) =>
    (await authorizePrivacy()) ? (detail as { code?: string } | undefined)?.code : undefined,
  // WeChat's SOTER: a key in the phone's secure chip signs, and WeChat's server knows the key.
  biometricSupport: () =>
    new Promise((resolve) => {
      if (!wx.canIUse('startSoterAuthentication')) return resolve('unavailable');
      const isEnrolled = (checkAuthMode: 'fingerPrint' | 'facial'): Promise<boolean> =>
        new Promise((told) => {
          wx.checkIsSoterEnrolledInDevice({
            checkAuthMode,
            success: (answer) => told(answer.isEnrolled),
            fail: () => told(false),
          });
        });
      wx.checkIsSupportSoterAuthentication({
        success: ({ supportMode }) => resolve(supportOf(supportMode, isEnrolled)),
        fail: () => resolve('unavailable'),
      });
    }),
  recognise: (mode, nonce, why) =>
    new Promise((resolve) => {
      wx.startSoterAuthentication({
        requestAuthModes: [nativeOf(mode)],
        challenge: nonce,
        authContent: why,
        success: ({ resultJSON, resultJSONSignature }) =>
          resolve({
            outcome: 'recognised',
            proof: { host: 'weapp', resultJson: resultJSON, signature: resultJSONSignature },
          }),
        fail: (failure) => resolve({ outcome: refusalOf((failure as { errCode?: number }).errCode) }),
      });
    }),
  deviceName: () => modelName(wx.getDeviceInfo()),
  language: () => (wx.getAppBaseInfo().language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
  isDark: () => wx.getAppBaseInfo().theme === 'dark',
  randomBytes: (length) =>
    new Promise((resolve, reject) => {
      wx.getUserCryptoManager().getRandomValues({
        length,
        success: ({ randomValues }) => resolve(new Uint8Array(randomValues)),
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      });
    }),
  vibrate: () => wx.vibrateShort({ type: 'light', fail: () => undefined }),
  storage: createStorage('weapp'),
};
