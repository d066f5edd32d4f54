import { linkCodeFrom } from '../../cloud/contract/paths';
import { callParent } from './bridge';
import type { Host } from './host';
import { linkFromQuery } from './launch';
import { alipayOutcome, transferOutcome, wechatOutcome } from './outcomes';
import { alipayPermission, wechatPermission, type AlipayPermission } from './permissions';
import { nativeOf, refusalOf } from './recognition';
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

const query = new URLSearchParams(window.location.search);
const played = query.get('host') === 'alipay' ? 'alipay' : 'weapp';
const name = window.parent === window ? 'browser' : played;

interface SignedByPhone {
  readonly errCode?: number;
  readonly resultJSON?: string;
  readonly resultJSONSignature?: string;
  readonly verifyId?: string;
}

interface WindowResult {
  readonly errMsg?: string;
  readonly resultCode?: string;
}

/** A web page: inside the preview's phone it plays WeChat or Alipay, alone it is a plain browser. */
export const host: Host = {
  name,
  nativeMethod: played === 'alipay' ? 'alipay' : 'wechat',
  // A page has no privacy authorisation of a host: our own consent is all there is.
  agreeButton: {},
  authorizePrivacy: () => Promise.resolve(true),
  keepText(fileName, text) {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
    return Promise.resolve('shared');
  },
  async login() {
    if (name === 'browser') throw new Error('a browser has no login');
    const { code } = await callParent<{ code: string }>(played, 'login');
    return { host: played, code };
  },
  async pay(invocation) {
    if (name === 'browser') return 'failed';
    try {
      const result = await callParent<WindowResult>(played, 'pay', invocation);
      return invocation.kind === 'wechat' ? wechatOutcome(result.errMsg) : alipayOutcome(result.resultCode);
    } catch {
      return 'failed';
    }
  },
  async askForNotices(templateIds) {
    if (name === 'browser') return 'unavailable';
    try {
      const answer = await callParent<AlipayPermission>(played, 'subscribe', { templateIds });
      return (played === 'alipay' ? alipayPermission : wechatPermission)(answer, templateIds);
    } catch {
      return 'unavailable';
    }
  },
  async confirmPayout(confirmation) {
    if (name !== 'weapp') return 'unavailable';
    try {
      return transferOutcome((await callParent<WindowResult>(played, 'confirm-payout', confirmation)).errMsg);
    } catch {
      return 'failed';
    }
  },
  async scan() {
    if (name === 'browser') return undefined;
    try {
      return (await callParent<{ text?: string }>(played, 'scan')).text;
    } catch {
      return undefined;
    }
  },
  launchLink: (options) =>
    linkFromQuery(options, ['link']) ??
    linkFromQuery({ query: { link: query.get('link') ?? undefined } }, ['link']) ??
    linkCodeFrom(window.location.pathname),
  phoneButton: {},
  async phoneProof() {
    if (name === 'browser') return undefined;
    try {
      return (await callParent<{ proof?: string }>(played, 'phone')).proof;
    } catch {
      return undefined;
    }
  },
  biometricSupport: () => Promise.resolve(name === 'browser' ? 'unavailable' : 'fingerprint'),
  async recognise(mode, nonce, why) {
    try {
      const signed = await callParent<SignedByPhone>(played, 'biometric', {
        mode: nativeOf(mode),
        challenge: nonce,
        why,
      });
      const { verifyId, resultJSON, resultJSONSignature } = signed;
      if (verifyId !== undefined) return { outcome: 'recognised', proof: { host: 'alipay', verifyId } };
      if (resultJSON === undefined || resultJSONSignature === undefined)
        return { outcome: refusalOf(signed.errCode) };
      const proof = { host: 'weapp', resultJson: resultJSON, signature: resultJSONSignature } as const;
      return { outcome: 'recognised', proof };
    } catch {
      return { outcome: 'failed' };
    }
  },
  deviceName: () => undefined,
  language: () => ((query.get('lang') ?? navigator.language).toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
  isDark: () => window.matchMedia('(prefers-color-scheme: dark)').matches,
  randomBytes: (length) => Promise.resolve(crypto.getRandomValues(new Uint8Array(length))),
  vibrate: () => undefined,
  storage: createStorage(name),
};
