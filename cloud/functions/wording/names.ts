import type { Language } from '../../contract/errors';
import type { CategoryId, Host, Method } from '../../contract/types';
import type { FeeHost } from '../../domain';

const CATEGORIES: Readonly<Record<CategoryId, Readonly<Record<Language, string>>>> = {
  food: { 'zh-CN': '餐饮美食', en: 'Food' },
  shopping: { 'zh-CN': '购物零售', en: 'Shopping' },
  transport: { 'zh-CN': '交通出行', en: 'Transport' },
  utilities: { 'zh-CN': '生活缴费', en: 'Utilities' },
  education: { 'zh-CN': '教育培训', en: 'Education' },
  health: { 'zh-CN': '医疗健康', en: 'Health' },
  leisure: { 'zh-CN': '休闲娱乐', en: 'Leisure' },
  services: { 'zh-CN': '生活服务', en: 'Services' },
};

/** Name of a category of merchants. */
export const categoryName = (id: CategoryId, language: Language): string => CATEGORIES[id][language];

const METHODS: Readonly<Record<Method, Readonly<Record<Language, string>>>> = {
  wechat: { 'zh-CN': '微信支付', en: 'WeChat Pay' },
  alipay: { 'zh-CN': '支付宝', en: 'Alipay' },
};

/** Name of a payment method. */
export const methodName = (method: Method, language: Language): string => METHODS[method][language];

const HOSTS: Readonly<Record<FeeHost, Readonly<Record<Language, string>>>> = {
  weapp: { 'zh-CN': '微信', en: 'WeChat' },
  alipay: { 'zh-CN': '支付宝', en: 'Alipay' },
  h5: { 'zh-CN': '浏览器', en: 'a browser' },
};

/** Name of where the payer is. */
export const hostName = (host: FeeHost, language: Language): string => HOSTS[host][language];

const USERS: Readonly<Record<Host, Readonly<Record<Language, string>>>> = {
  weapp: { 'zh-CN': '微信用户', en: 'WeChat user' },
  alipay: { 'zh-CN': '支付宝用户', en: 'Alipay user' },
};

/** What a user is called where the host tells no name: the host and the end of the account's id. */
export const displayName = (host: Host, accountId: string, language: Language): string =>
  `${USERS[host][language]} ${accountId.slice(-4).toUpperCase()}`;
