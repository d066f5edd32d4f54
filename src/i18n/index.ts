import type { Language } from '../../cloud/contract/types';
import { host } from '../host';

import type { Messages, ParameterNames } from './define';
import { biometrics } from './messages/biometrics';
import { common } from './messages/common';
import { devices } from './messages/devices';
import { home } from './messages/home';
import { locked } from './messages/locked';
import { me } from './messages/me';
import { messages } from './messages/messages';
import { notices } from './messages/notices';
import { order } from './messages/order';
import { orders } from './messages/orders';
import { pay } from './messages/pay';
import { payouts } from './messages/payouts';
import { phones } from './messages/phones';
import { points } from './messages/points';
import { privacy } from './messages/privacy';
import { promotions } from './messages/promotions';
import { result } from './messages/result';
import { security } from './messages/security';

const chinese = {
  ...common['zh-CN'],
  ...home['zh-CN'],
  ...pay['zh-CN'],
  ...result['zh-CN'],
  ...orders['zh-CN'],
  ...order['zh-CN'],
  ...me['zh-CN'],
  ...messages['zh-CN'],
  ...notices['zh-CN'],
  ...payouts['zh-CN'],
  ...points['zh-CN'],
  ...privacy['zh-CN'],
  ...promotions['zh-CN'],
  ...security['zh-CN'],
  ...locked['zh-CN'],
  ...devices['zh-CN'],
  ...phones['zh-CN'],
  ...biometrics['zh-CN'],
};
const english: Readonly<Record<MessageKey, string>> = {
  ...common.en,
  ...home.en,
  ...pay.en,
  ...result.en,
  ...orders.en,
  ...order.en,
  ...me.en,
  ...messages.en,
  ...notices.en,
  ...payouts.en,
  ...points.en,
  ...privacy.en,
  ...promotions.en,
  ...security.en,
  ...locked.en,
  ...devices.en,
  ...phones.en,
  ...biometrics.en,
};

export type MessageKey = keyof typeof chinese;

type Parameters<Key extends MessageKey> = ParameterNames<(typeof chinese)[Key]>;
type Rest<Key extends MessageKey> = [Parameters<Key>] extends [never]
  ? []
  : [parameters: Readonly<Record<Parameters<Key>, string | number>>];

const STORED = 'language';
let current: Language = host.storage.get<Language>(STORED) ?? host.language();

/** The language shown now: the one chosen on the "me" page, else the host's own. */
export const language = (): Language => current;

/** Changes the language and remembers it. Screens show it once they render again. */
export function setLanguage(chosen: Language): void {
  current = chosen;
  host.storage.set(STORED, chosen);
}

/** A text with its `{parameters}` filled in. */
const filled = (text: string, parameters: Readonly<Record<string, string | number>> = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));

/** A text in the current language, its `{parameters}` filled in. */
export function t<Key extends MessageKey>(key: Key, ...rest: Rest<Key>): string {
  return filled(current === 'en' ? english[key] : chinese[key], rest[0]);
}

/** `t` of messages that are loaded with one package and not with the app. */
export const wordsOf =
  <Key extends string, Chinese extends Record<Key, string>>(messages: Messages<Key, Chinese>) =>
  (key: Key, parameters?: Readonly<Record<string, string | number>>): string =>
    filled(messages[current][key], parameters);
