import type {
  BiometricProof,
  Host as HostName,
  IncomingPayout,
  Invocation,
  Language,
  Method,
} from '../../cloud/contract/types';

/**
 * What the native payment window reported. None of these is proof: the order's true state comes from the server.
 * `unknown` covers lost networks and every answer the host's documentation leaves open.
 */
export type PayOutcome = 'completed' | 'cancelled' | 'failed' | 'unknown';

/**
 * What a user made of the question for notices: `turned_off` in the host's own settings, where only the user can turn
 * them on; `unavailable`: nobody was asked.
 */
export type NoticePermission = 'allowed' | 'refused' | 'turned_off' | 'unavailable';

/**
 * How the host's page for confirming a payout was left. `closed` says nothing of whether it was confirmed: the state of
 * the payout comes from the server. `unavailable`: this host, or its version, has no such page.
 */
export type ConfirmOutcome = 'closed' | 'cancelled' | 'failed' | 'unavailable';

/** How a phone recognises its owner. */
export type BiometricMode = 'fingerprint' | 'face';

/** `not_enrolled`: the owner has shown the phone neither yet; `unavailable`: the phone or the host cannot. */
export type BiometricSupport = BiometricMode | 'not_enrolled' | 'unavailable';

/** What became of a look at the owner. A proof counts for nothing until the server has had it confirmed. */
export type BiometricOutcome =
  | { readonly outcome: 'recognised'; readonly proof: BiometricProof }
  /** `frozen`: the phone takes no more tries for a while. */
  | { readonly outcome: 'cancelled' | 'failed' | 'frozen' | 'unavailable' };

/** How a text that the user wants to keep was handed over. */
export type KeepOutcome = 'shared' | 'copied' | 'failed';

/** A payout that its payee can confirm. */
export type PayoutConfirmation = NonNullable<IncomingPayout['confirmation']>;

/** A payment that the host's own window can take. */
export type NativeInvocation = Exclude<Invocation, { kind: 'handoff' }>;

/** What a launch or a page opening brings: the query, and WeChat's scene value. */
export interface LaunchOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** Small values kept on the device, apart for each host. Reading never throws. */
export interface HostStorage {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

/** Everything the app asks of the host it runs in. */
export interface Host {
  /** `browser`: a plain web page, where nothing can be paid. */
  readonly name: HostName | 'browser';
  /** The method whose window opens inside this host. */
  readonly nativeMethod: Method;
  /** What the button is drawn with by which users agree to the privacy policy; the host notes its tap. */
  readonly agreeButton: { readonly openType?: 'agreePrivacyAuthorization' };
  /**
   * Makes sure that the host lets personal information be asked for: to be called before anything of that kind, and after
   * the tap on `agreeButton`. False where the user has not agreed, as the host sees it. Never rejects.
   */
  authorizePrivacy(): Promise<boolean>;
  /** Hands a text to the user as a file of this name where the host can, else through the clipboard. Never rejects. */
  keepText(name: string, text: string): Promise<KeepOutcome>;
  /** A one-time code for `POST /v1/sessions`. Rejects where the user or the network refuses. */
  login(): Promise<{ host: HostName; code: string }>;
  /** Opens the native payment window and resolves when it closes. Never rejects. */
  pay(invocation: NativeInvocation): Promise<PayOutcome>;
  /**
   * Asks for the permission to send notices of some templates, three at most. The hosts show the question only on a tap:
   * nothing may be waited for between the two. Never rejects.
   */
  askForNotices(templateIds: readonly string[]): Promise<NoticePermission>;
  /** Opens the host's page where the payee confirms a payout and resolves when it closes. Never rejects. */
  confirmPayout(confirmation: PayoutConfirmation): Promise<ConfirmOutcome>;
  /** Opens the scanner; undefined where the user left it without scanning. */
  scan(): Promise<string | undefined>;
  /** The payment link's code that this launch or page opening came with, if any. */
  launchLink(options?: LaunchOptions): string | undefined;
  /** What a button that asks for the phone number is drawn with; nothing where its tap is all that is needed. */
  readonly phoneButton: {
    readonly openType?: 'getPhoneNumber' | 'getAuthorize';
    readonly scope?: 'phoneNumber';
  };
  /** What proves the user's phone number, once that button answered with `detail`; undefined where there is none. Never rejects. */
  phoneProof(detail: unknown): Promise<string | undefined>;
  /** How this phone can recognise its owner. Never rejects. */
  biometricSupport(): Promise<BiometricSupport>;
  /** Has the phone recognise its owner and sign `nonce`, saying `why` in at most 42 characters. Never rejects. */
  recognise(mode: BiometricMode, nonce: string, why: string): Promise<BiometricOutcome>;
  /** Model of the phone, for its owner to recognise it by; undefined where the host does not tell. */
  deviceName(): string | undefined;
  /** The language of the host's own interface. */
  language(): Language;
  /** Whether the host's interface is dark now. */
  isDark(): boolean;
  /**
   * Bytes that nobody can guess, from the host's secure source. Alipay offers none: there they come of what JavaScript
   * has, and whoever needs more mixes in what the server sent.
   */
  randomBytes(length: number): Promise<Uint8Array>;
  /** A short vibration, where there is one. Never rejects. */
  vibrate(): void;
  readonly storage: HostStorage;
}
