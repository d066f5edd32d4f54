import { randomBytes } from 'node:crypto';

import type { Native } from './native';
import type { Router } from './router';

/** Options as both hosts' APIs take them. */
interface Options {
  readonly success?: (answer: unknown) => void;
  readonly fail?: (failure: unknown) => void;
  readonly complete?: (answer: unknown) => void;
  readonly [name: string]: unknown;
}

type Api = (options?: Options) => unknown;

const BASE_INFO = {
  language: 'zh_CN',
  theme: 'light',
  version: '8.0.60',
  SDKVersion: '3.8.0',
  platform: 'ios',
  system: 'iOS 18.0',
  brand: 'test',
  model: 'test',
  pixelRatio: 2,
  windowWidth: 375,
  windowHeight: 667,
  screenWidth: 375,
  screenHeight: 667,
  statusBarHeight: 20,
};

/** Calls back later, as hosts do. */
function answer(options: Options, work: Promise<unknown>): void {
  work.then(
    (value) => {
      options.success?.(value);
      options.complete?.(value);
    },
    (failure: unknown) => {
      options.fail?.(failure);
      options.complete?.(failure);
    },
  );
}

const accepted =
  (result: object = {}): Api =>
  (options = {}) =>
    answer(options, Promise.resolve(result));

/** What both hosts offer under one name. */
function sharedApis(native: Native, router: Router): Record<string, unknown> {
  const go =
    (move: (url: string) => Promise<void>): Api =>
    (options = {}) =>
      answer(
        options,
        move(String(options.url ?? '')).then(() => ({ errMsg: 'ok' })),
      );
  const quiet = [
    'setNavigationBarTitle',
    'setNavigationBarColor',
    'setNavigationBar',
    'setTabBarStyle',
    'setTabBarItem',
    'vibrateShort',
    'stopPullDownRefresh',
    'setClipboardData',
  ];
  return {
    ...Object.fromEntries(quiet.map((name) => [name, accepted()])),
    getEnterOptionsSync: () => ({ ...native.launch, scene: 1011, referrerInfo: {} }),
    getLaunchOptionsSync: () => ({ ...native.launch, scene: 1011, referrerInfo: {} }),
    getAppBaseInfo: () => BASE_INFO,
    getSystemInfoSync: () => BASE_INFO,
    getWindowInfo: () => BASE_INFO,
    getDeviceInfo: () => BASE_INFO,
    canIUse: () => true,
    nextTick: (work: () => void) => void setTimeout(work, 0),
    navigateTo: go((url) => router.open(url)),
    redirectTo: go((url) => router.replace(url)),
    reLaunch: go((url) => router.restart(url)),
    switchTab: go((url) => router.restart(url)),
    navigateBack: go(() => router.back()),
    showModal: accepted({ confirm: true, cancel: false }),
    confirm: accepted({ confirm: true }),
    scan: accepted({}),
  };
}

/** WeChat's `wx`, over a real network and the sandbox's payment window. */
export function createWx(native: Native, router: Router): Record<string, unknown> {
  return {
    ...sharedApis(native, router),
    getStorageSync: (key: string) => native.storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => void native.storage.set(key, value),
    removeStorageSync: (key: string) => void native.storage.delete(key),
    login: ((options = {}) =>
      answer(
        options,
        native.loginCode().then((code) => ({ code, errMsg: 'login:ok' })),
      )) satisfies Api,
    request: ((options = {}) => {
      const work = native
        .request({
          url: String(options.url),
          method: options.method as string | undefined,
          headers: options.header as Record<string, string>,
          data: options.data,
        })
        .then(
          ({ status, headers, body }) => ({
            statusCode: status,
            header: headers,
            data: parsed(body),
            errMsg: 'request:ok',
          }),
          (failure: unknown) => Promise.reject({ errMsg: `request:fail ${String(failure)}` }),
        );
      answer(options, work);
      return { abort: () => undefined };
    }) satisfies Api,
    requestPayment: ((options = {}) => {
      const { success: _s, fail: _f, complete: _c, ...parameters } = options;
      const work = native.pay(parameters).then(({ ok, ...result }) => (ok ? result : Promise.reject(result)));
      answer(options, work);
    }) satisfies Api,
    requestSubscribeMessage: ((options = {}) => {
      const ids = options.tmplIds as readonly string[];
      const work = native.allowsNotices(ids).then((allowed) => ({
        ...Object.fromEntries(ids.map((id) => [id, allowed ? 'accept' : 'reject'])),
        errMsg: 'requestSubscribeMessage:ok',
      }));
      answer(options, work);
    }) satisfies Api,
    requirePrivacyAuthorize: ((options = {}) =>
      answer(options, Promise.resolve({ errMsg: 'requirePrivacyAuthorize:ok' }))) satisfies Api,
    getUserCryptoManager: () => ({
      getRandomValues: ((options = {}) => {
        const randomValues = new Uint8Array(randomBytes(Number(options.length))).buffer;
        answer(options, Promise.resolve({ randomValues, errMsg: 'getRandomValues:ok' }));
      }) satisfies Api,
    }),
    checkIsSupportSoterAuthentication: accepted({
      supportMode: ['fingerPrint'],
      errMsg: 'checkIsSupportSoterAuthentication:ok',
    }),
    checkIsSoterEnrolledInDevice: accepted({
      isEnrolled: true,
      errMsg: 'checkIsSoterEnrolledInDevice:ok',
    }),
    startSoterAuthentication: ((options = {}) => {
      const [mode] = options.requestAuthModes as readonly string[];
      const cancelled = { errCode: 90008, errMsg: 'startSoterAuthentication:fail cancel' };
      const work = native
        .touched(options.challenge, mode)
        .then((signed) => (signed === undefined ? Promise.reject(cancelled) : signed));
      answer(options, work);
    }) satisfies Api,
    requestMerchantTransfer: ((options = {}) => {
      const { success: _s, fail: _f, complete: _c, ...parameters } = options;
      const work = native.confirmTransfer(parameters).then(
        () => ({ errMsg: 'requestMerchantTransfer:ok' }),
        (failure: unknown) => Promise.reject({ errMsg: `requestMerchantTransfer:fail ${String(failure)}` }),
      );
      answer(options, work);
    }) satisfies Api,
  };
}

/** Alipay's `my`. An answer that is not 2xx comes as a failure, a cancelled payment as a success. */
export function createMy(native: Native, router: Router): Record<string, unknown> {
  return {
    ...sharedApis(native, router),
    getStorageSync: ({ key }: { key: string }) => ({ data: native.storage.get(key) ?? null, success: true }),
    setStorageSync: ({ key, data }: { key: string; data: unknown }) => void native.storage.set(key, data),
    removeStorageSync: ({ key }: { key: string }) => void native.storage.delete(key),
    getAuthCode: ((options = {}) =>
      answer(
        options,
        native.loginCode().then((authCode) => ({ authCode, authSuccessScopes: ['auth_base'] })),
      )) satisfies Api,
    request: ((options = {}) => {
      const work = native
        .request({
          url: String(options.url),
          method: options.method as string | undefined,
          headers: options.headers as Record<string, string>,
          data: options.data,
        })
        .then(
          ({ status, headers, body }) => {
            const data = parsed(body);
            const answered = { status, statusCode: status, headers, data };
            return status >= 200 && status < 300
              ? answered
              : Promise.reject({ ...answered, error: 19, errorMessage: 'http status error' });
          },
          (failure: unknown) => Promise.reject({ error: 12, errorMessage: String(failure) }),
        );
      answer(options, work);
      return { abort: () => undefined };
    }) satisfies Api,
    requestSubscribeMessage: ((options = {}) => {
      const ids = options.entityIds as readonly string[];
      // Refusing them all is a success too.
      const work = native.allowsNotices(ids).then((allowed) => ({
        behavior: 'subscribe',
        show: true,
        keep: false,
        refuse: false,
        result: { subscribedEntityIds: allowed ? ids : [], unsubscribedEntityIds: allowed ? [] : ids },
      }));
      answer(options, work);
    }) satisfies Api,
    checkIsSupportIfaaAuthentication: accepted({ supportMode: ['fingerPrint'], success: true }),
    checkIsIfaaEnrolledInDevice: accepted({ isEnrolled: true, success: true }),
    startIfaaAuthentication: ((options = {}) => {
      const [mode] = options.requestAuthModes as readonly string[];
      const cancelled = { error: 61003, errorMessage: 'cancelled' };
      const work = native
        .touched(options.challenge, mode)
        .then((signed) => (signed === undefined ? Promise.reject(cancelled) : { code: '1000', ...signed }));
      answer(options, work);
    }) satisfies Api,
    getPhoneNumber: ((options = {}) =>
      answer(
        options,
        native.phoneProof().then((response) => ({ response })),
      )) satisfies Api,
    tradePay: ((options = {}) => {
      const { success: _s, fail: _f, complete: _c, ...parameters } = options;
      answer(
        options,
        native.pay(parameters).then(({ ok: _, ...result }) => result),
      );
    }) satisfies Api,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
