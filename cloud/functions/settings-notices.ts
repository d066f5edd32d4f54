import type { Host } from '../contract/types';
import {
  ALIPAY_TEMPLATE_KEY,
  NOTICE_FACTS,
  type NoticeFact,
  type NoticeTemplate,
  WEAPP_TEMPLATE_KEY,
} from '../gateways/hosts/port';

/** The templates that were applied for in each host's console; a notice without one is not sent. */
export type NoticeSettings = Readonly<
  Record<Host, { readonly paid?: NoticeTemplate; readonly refunded?: NoticeTemplate }>
>;

interface Reader {
  readonly problems: string[];
  optional(name: string): string | undefined;
}

const TEMPLATE_ID = /^[\w-]{8,64}$/;
const isFact = (text: string | undefined): text is NoticeFact => NOTICE_FACTS.some((fact) => fact === text);

/** A template as `id key=fact key=fact…`; undefined where it is not that. */
function readTemplate(text: string, keyPattern: RegExp): NoticeTemplate | undefined {
  const [id = '', ...pairs] = text.split(/\s+/);
  if (!TEMPLATE_ID.test(id) || pairs.length === 0) return undefined;
  const fields: Record<string, NoticeFact> = {};
  for (const pair of pairs) {
    const [key = '', fact, ...more] = pair.split('=');
    if (!keyPattern.test(key) || key in fields || !isFact(fact) || more.length > 0) return undefined;
    fields[key] = fact;
  }
  return { id, fields };
}

/** The templates of both hosts from their variables; what is wrong with one is noted. */
export function readNotices(reader: Reader): NoticeSettings {
  const template = (name: string, keyPattern: RegExp, example: string): NoticeTemplate | undefined => {
    const given = reader.optional(name);
    const read = given === undefined ? undefined : readTemplate(given, keyPattern);
    if (given !== undefined && read === undefined) {
      reader.problems.push(
        `${name} is not valid: give the template's id and what goes under each of its keys, such as "${example}" (${NOTICE_FACTS.join(', ')}), or leave it out`,
      );
    }
    return read;
  };
  const weapp = (name: string) =>
    template(name, WEAPP_TEMPLATE_KEY, 'ID thing1=merchant amount2=amount time3=time');
  const alipay = (name: string) =>
    template(name, ALIPAY_TEMPLATE_KEY, 'ID keyword1=merchant keyword2=amount keyword3=time');
  return {
    weapp: withoutHoles(weapp('WECHAT_TEMPLATE_PAID'), weapp('WECHAT_TEMPLATE_REFUNDED')),
    alipay: withoutHoles(alipay('ALIPAY_TEMPLATE_PAID'), alipay('ALIPAY_TEMPLATE_REFUNDED')),
  };
}

const withoutHoles = (
  paid: NoticeTemplate | undefined,
  refunded: NoticeTemplate | undefined,
): NoticeSettings[Host] => ({ ...(paid && { paid }), ...(refunded && { refunded }) });
