import type { Account, Session } from '../../cloud/contract/types';
import type { Host, HostStorage } from '../host/host';

import { ApiError } from './errors';

/** What sessions need from around them. `createSession` and `refreshSession` send the requests without a session. */
export interface SessionDependencies {
  /** Resolves once the user agreed to be known; nothing is asked of the host before. */
  readonly consented: () => Promise<void>;
  /** Told of every account that signs in or is refreshed. */
  readonly onSession: (account: Account) => void;
  readonly login: Host['login'];
  readonly deviceName: Host['deviceName'];
  readonly storage: HostStorage;
  readonly newId: () => string;
  readonly createSession: (body: {
    host: 'weapp' | 'alipay';
    code: string;
    deviceId: string;
    deviceName?: string;
  }) => Promise<Session>;
  readonly refreshSession: (body: { refreshToken: string }) => Promise<Session>;
}

export interface SessionKeeper {
  /** A token believed to be good, signing in where there is none. */
  accessToken(): Promise<string>;
  /** A token newer than the refused one: refreshed, or signed in again. Callers at the same time share one renewal. */
  renew(refusedToken: string): Promise<string>;
  /** The account signed in last, if any. */
  account(): Account | undefined;
  /** Forgets the session on this device. */
  clear(): void;
}

const SESSION = 'session';
const DEVICE = 'device';

/** Keeps one session per device and host, with at most one login or refresh under way. */
export function createSessionKeeper(dependencies: SessionDependencies): SessionKeeper {
  const { storage } = dependencies;
  let session = storage.get<Session>(SESSION);
  let renewal: Promise<Session> | undefined;

  function deviceId(): string {
    const known = storage.get<string>(DEVICE);
    if (known) return known;
    const made = dependencies.newId();
    storage.set(DEVICE, made);
    return made;
  }

  async function signIn(): Promise<Session> {
    const { host, code } = await dependencies.login();
    const deviceName = dependencies.deviceName();
    return dependencies.createSession({
      host,
      code,
      deviceId: deviceId(),
      ...(deviceName !== undefined && { deviceName }),
    });
  }

  async function refreshOrSignIn(): Promise<Session> {
    if (!session) return signIn();
    try {
      return await dependencies.refreshSession({ refreshToken: session.refreshToken });
    } catch (error) {
      // Only a refusal means the session is over: without an answer, signing in again would waste it.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return signIn();
      throw error;
    }
  }

  function startRenewal(): Promise<Session> {
    renewal ??= refreshOrSignIn()
      .then((fresh) => {
        session = fresh;
        storage.set(SESSION, fresh);
        dependencies.onSession(fresh.account);
        return fresh;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  return {
    async accessToken() {
      await dependencies.consented();
      if (renewal) return (await renewal).accessToken;
      return session ? session.accessToken : (await startRenewal()).accessToken;
    },
    async renew(refusedToken) {
      if (session && session.accessToken !== refusedToken) return session.accessToken;
      return (await startRenewal()).accessToken;
    },
    account: () => session?.account,
    clear() {
      session = undefined;
      storage.remove(SESSION);
    },
  };
}
