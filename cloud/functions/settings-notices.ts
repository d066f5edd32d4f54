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
  Record<
    Host,
    { readonly paid?: NoticeTemplate; readonly refunded?: NoticeTemplate; readonly locked?: NoticeTemplate }
  >
>;

interface Reader {
  readonly problems: string[];
  optional(name: string): string | undefined;
}

const TEMPLATE_ID = /^[\w-]{8,64}$/;
/** What a notice of a lock can say. */
const LOCK_FACTS: readonly NoticeFact[] = ['time', 'event'];

/** What templates of one kind look like. */
interface TemplateShape {
  readonly keyPattern: RegExp;
  readonly facts: readonly NoticeFact[];
  readonly example: string;
}

/** A template as `id key=fact key=fact…`; undefined where it is not that. */
function readTemplate(text: string, { keyPattern, facts }: TemplateShape): NoticeTemplate | undefined {
  const isFact = (word: string | undefined): word is NoticeFact => facts.some((fact) => fact === word);
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
  const template = (name: string, shape: TemplateShape): NoticeTemplate | undefined => {
    const given = reader.optional(name);
    const read = given === undefined ? undefined : readTemplate(given, shape);
    if (given !== undefined && read === undefined) {
      reader.problems.push(
        `${name} is not valid: give the template's id and what goes under each of its keys, such as "${shape.example}" (${shape.facts.join(', ')}), or leave it out`,
      );
    }
    return read;
  };
  const weapp = {
    keyPattern: WEAPP_TEMPLATE_KEY,
    facts: NOTICE_FACTS,
    example: 'ID thing1=merchant amount2=amount time3=time',
  };
  const alipay = {
    keyPattern: ALIPAY_TEMPLATE_KEY,
    facts: NOTICE_FACTS,
    example: 'ID keyword1=merchant keyword2=amount keyword3=time',
  };
  const ofHost = (prefix: string, shape: TemplateShape, lockExample: string): NoticeSettings[Host] => {
    const paid = template(`${prefix}_TEMPLATE_PAID`, shape);
    const refunded = template(`${prefix}_TEMPLATE_REFUNDED`, shape);
    const locked = template(`${prefix}_TEMPLATE_LOCKED`, {
      ...shape,
      facts: LOCK_FACTS,
      example: lockExample,
    });
    return { ...(paid && { paid }), ...(refunded && { refunded }), ...(locked && { locked }) };
  };
  return {
    weapp: ofHost('WECHAT', weapp, 'ID phrase1=event time2=time'),
    alipay: ofHost('ALIPAY', alipay, 'ID keyword1=event keyword2=time'),
  };
}
