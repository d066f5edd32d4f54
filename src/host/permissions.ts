import type { NoticePermission } from './host';

/** The user switched all notices of mini-programs off, in WeChat's settings. */
const MAIN_SWITCH_OFF = 20004;
/** The user left Alipay's panel. */
const PANEL_LEFT = 11;

/** What wx.requestSubscribeMessage calls back with; on failure without the ids. */
export interface WechatPermission {
  readonly errMsg?: string;
  readonly errCode?: number;
  readonly [templateId: string]: unknown;
}

/** Reads the answer about some templates: one of them is enough. `ban` and `filter` are no decision of the user. */
export function wechatPermission(answer: WechatPermission, templateIds: readonly string[]): NoticePermission {
  const answers = templateIds.map((id) => answer[id]);
  if (answers.includes('accept')) return 'allowed';
  if (answers.includes('reject') || answer.errMsg === 'requestSubscribeMessage:fail cancel') return 'refused';
  return answer.errCode === MAIN_SWITCH_OFF ? 'turned_off' : 'unavailable';
}

/** What my.requestSubscribeMessage calls back with, whether in `success` or in `fail`. */
export interface AlipayPermission {
  /** `subscribe` also where every template was refused. */
  readonly behavior?: '' | 'subscribe' | 'cancel';
  readonly result?: { readonly subscribedEntityIds?: readonly string[] };
  readonly error?: number;
  readonly errorCode?: number;
  readonly [templateId: string]: unknown;
}

/** Reads the answer about some templates: one of them is enough. */
export function alipayPermission(answer: AlipayPermission, templateIds: readonly string[]): NoticePermission {
  const subscribed = answer.result?.subscribedEntityIds ?? [];
  const allows = (id: string): boolean => answer[id] === 'accept' || subscribed.includes(id);
  if (templateIds.some(allows)) return 'allowed';
  if (answer.behavior === 'subscribe' || answer.behavior === 'cancel') return 'refused';
  return (answer.errorCode ?? answer.error) === PANEL_LEFT ? 'refused' : 'unavailable';
}
