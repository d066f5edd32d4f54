import type { ChallengeCreate } from '../../cloud/contract/types';
import { host } from '../host';
import { language, t } from '../i18n';

import { createApi } from './api';
import { createCaller } from './caller';
import { createConsentKeeper, type ConsentKeeper } from './consent';
import { createKeyKeeper } from './idempotency';
import { newId } from './ids';
import { createPayments } from './payment';
import { confirmChallenge } from './step-up';
import { createSessionKeeper, type SessionKeeper } from './session';
import { taroTransport } from './transport';

export type { Api, Keyed } from './api';
export { ApiError, type ApiErrorCode } from './errors';
export { createKeyKeeper, type KeyKeeper } from './idempotency';
export { newId } from './ids';
export type { StartedOutcome, StartedPayment } from './payment';
export { CONFIRMING_PAUSES_MS, poll } from './poll';
export { confirmChallenge, settleChallenge } from './step-up';
export { useNoticeTemplates } from './use-notice-templates';
export { usePages, type Pages } from './use-pages';

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const call = createCaller({
  transport: taroTransport(TPW_API_BASE_URL),
  sessions: () => sessions,
  language,
  networkMessage: () => t('error.network'),
  newId: () => newId(),
  random: Math.random,
  sleep,
});

/** The API, signed in as the host's user. */
export const api = createApi(call);

/** A challenge that was passed for an action; undefined where the user left it. */
export async function passed(action: ChallengeCreate['action']): Promise<string | undefined> {
  const { id } = await api.createChallenge({ action }, { idempotencyKey: newId() });
  return (await confirmChallenge(id)) ? id : undefined;
}

/** What the user agreed to on this device. */
export const consents: ConsentKeeper = createConsentKeeper({
  storage: host.storage,
  language,
  give: (items) => api.giveConsents({ items }, { idempotencyKey: newId() }),
  isSignedIn: () => sessions.account() !== undefined,
  signOut: () => sessions.clear(),
});

/** The session of this device. */
export const sessions: SessionKeeper = createSessionKeeper({
  consented: () => consents.settled(),
  onSession: (account) => consents.check(account),
  login: () => host.login(),
  deviceName: () => host.deviceName(),
  storage: host.storage,
  newId: () => newId(),
  createSession: api.createSession,
  refreshSession: api.refreshSession,
});

/** Placing orders and paying them through this host. */
export const payments = createPayments(
  api,
  host,
  createKeyKeeper(() => newId()),
  confirmChallenge,
);
