import { DOCUMENTS, versionAt } from '../../../cloud/domain/personal';
import type { Cloud } from './cloud';
import { exchange, type HttpAnswer } from './http';

/** A transfer that the sandbox's payee may confirm. */
interface WaitingTransfer {
  readonly number: string;
}

/** What the person does in the payment window. */
export type Decision = 'pay' | 'cancel' | 'insufficient' | 'network_lost';

/** A call of the native payment API, as the mini-program made it. */
export interface PaymentCall {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
}

/** How the app was opened. */
export interface Launch {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const PASSWORD = '123456';
/** The address that the packages were built with. */
const BUILT_ADDRESS = 'http://localhost:8080';

/** What stands behind both hosts' APIs in a test: the network, the login and the payment window. */
export class Native {
  readonly payments: PaymentCall[] = [];
  /** As a device keeps it on which the documents in force were agreed to before. */
  readonly storage = new Map<string, unknown>();
  /** What the person will do when the next windows open; then they pay. */
  readonly decisions: Decision[] = [];
  /** What the person will answer when the next questions for notices come; then they refuse. */
  readonly noticeAnswers: boolean[] = [];
  /** What the person will do when the phone asks for a finger next; then they touch it. */
  readonly touches: boolean[] = [];

  constructor(
    readonly cloud: Cloud,
    readonly host: 'weapp' | 'alipay',
    readonly user: string,
    readonly launch: Launch,
  ) {
    const items = DOCUMENTS.filter(({ kind }) => kind === 'required').map((document) => ({
      document: document.id,
      version: versionAt(document, new Date()).version,
    }));
    this.storage.set(`tpwallet.${host}.consents`, { items, told: false });
  }

  async loginCode(): Promise<string> {
    const { code } = await this.cloud.control<{ code: string }>('login-codes', {
      host: this.host,
      user: this.user,
    });
    return code;
  }

  /** What the host hands to the app once the person allows the phone number. */
  async phoneProof(): Promise<string> {
    const { host, user } = this;
    return (await this.cloud.control<{ proof: string }>('phone-proofs', { host, user })).proof;
  }

  /** Asks for a finger; what the native API calls back with, undefined where the person leaves. */
  async touched(challenge: unknown, authMode: unknown): Promise<Record<string, unknown> | undefined> {
    if (this.touches.shift() === false) return undefined;
    const { host, user } = this;
    return this.cloud.control('biometrics', { host, user, challenge, authMode });
  }

  request(call: {
    url: string;
    method?: string | undefined;
    headers?: Record<string, string> | undefined;
    data?: unknown;
  }): Promise<HttpAnswer> {
    const { url, method = 'GET', headers = {}, data } = call;
    if (!url.startsWith(BUILT_ADDRESS)) throw new Error(`a request to another address: ${url}`);
    return exchange(this.cloud.apiUrl + url.slice(BUILT_ADDRESS.length), {
      method,
      headers,
      ...(typeof data === 'string' && { body: data }),
    });
  }

  /** Opens the payment window with what the mini-program passed, as the host would, and decides. */
  async pay(parameters: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const action = this.decisions.shift() ?? 'pay';
    const { windowId } = await this.cloud.control<{ windowId: string }>('window', {
      host: this.host,
      user: this.user,
      params: parameters,
    });
    const { result } = await this.cloud.control<{ result: Record<string, unknown> }>(
      `window/${windowId}/decide`,
      { action, ...(action === 'pay' && { password: PASSWORD }) },
    );
    this.payments.push({ parameters, result });
    return result;
  }

  /** Asks for the permission to send notices; whether the person allows it. */
  async allowsNotices(templateIds: readonly string[]): Promise<boolean> {
    const allowed = this.noticeAnswers.shift() ?? false;
    for (const templateId of allowed ? templateIds : []) {
      await this.cloud.control('subscriptions', { host: this.host, user: this.user, templateId });
    }
    return allowed;
  }

  /** Opens WeChat's page for a payout with what the mini-program passed, and confirms it. */
  async confirmTransfer(params: Readonly<Record<string, unknown>>): Promise<void> {
    const { number } = await this.cloud.control<WaitingTransfer>('transfer-window', {
      params,
      user: this.user,
    });
    await this.cloud.control(`transfers/${number}/decide`, { action: 'confirm' });
  }
}
