import type { Language } from '../../contract/errors';
import {
  grantOfTrace,
  type Benefit,
  type CouponOutcome,
  type Hours,
  type PromotionConditions,
  type PromotionFinding,
  type PromotionTrace,
} from '../../domain';
import { percent, shortYuan } from './fees';
import { categoryName, hostName, methodName } from './names';

type ByLanguage<Value> = Readonly<Record<Language, Value>>;

const FINDINGS: Readonly<Record<PromotionFinding, ByLanguage<string>>> = {
  gives_nothing: { 'zh-CN': '优惠为零', en: 'It gives nothing.' },
  never_applies: {
    'zh-CN': '没有付款符合条件：结束不晚于开始，或最低金额高于最高金额',
    en: 'No payment can meet it: it ends before it begins, or its least amount is above its most.',
  },
  no_budget: {
    'zh-CN': '没有预算上限，总花费无法控制',
    en: 'Nothing limits what it costs in all: set a budget.',
  },
  budget_too_small: { 'zh-CN': '预算不足一次优惠', en: 'The budget does not suffice for a single payment.' },
  gives_all: {
    'zh-CN': '优惠为全额且没有上限',
    en: 'It gives whole payments of any size: set a maximum.',
  },
  alone_in_group: {
    'zh-CN': '不与其他活动同享的活动不能同时属于互斥组',
    en: 'It cannot both go with nothing and be in a group.',
  },
};

/** What is wrong with the terms of a promotion, as a sentence. */
export const promotionFindingText = (finding: PromotionFinding, language: Language): string =>
  FINDINGS[finding][language];

/** Words of one language; amounts come in as yuan. */
interface Words {
  readonly share: (kind: Benefit['kind'], rate: string) => string;
  readonly fixed: (kind: Benefit['kind'], text: string) => string;
  readonly points: (points: number) => string;
  readonly yuan: (yuan: string) => string;
  readonly and: string;
  readonly atMost: (text: string) => string;
  readonly sum: (yuan: string, rate: string, text: string) => string;
  readonly plus: (text: string) => string;
  readonly capped: (text: string) => string;
  readonly cut: (text: string) => string;
  readonly by: (title: string, version: number) => string;
  readonly firstPayment: Readonly<Record<'ever' | 'with_merchant', string>>;
  readonly newUser: (days: number) => string;
  readonly categories: (names: string) => string;
  readonly merchants: string;
  readonly methods: (names: string) => string;
  readonly hosts: (names: string) => string;
  readonly weekdays: readonly string[];
  readonly hours: (text: string) => string;
  readonly from: (yuan: string) => string;
  readonly upTo: (yuan: string) => string;
  readonly code: string;
  readonly list: string;
  readonly timesLeft: (times: number) => string;
  readonly timesLeftToday: (times: number) => string;
}

const CHINESE_KINDS: Readonly<Record<Benefit['kind'], string>> = {
  fee_waiver: '免手续费',
  discount: '立减',
  cashback: '返现',
  bonus_points: '多得积分',
};
const ENGLISH_KINDS: Readonly<Record<Benefit['kind'], string>> = {
  fee_waiver: 'off the fee',
  discount: 'off',
  cashback: 'cash back',
  bonus_points: 'more points',
};

const WORDS: ByLanguage<Words> = {
  'zh-CN': {
    share: (kind, rate) =>
      kind === 'fee_waiver' && rate === '100%' ? '免手续费' : `${CHINESE_KINDS[kind]} ${rate}`,
    fixed: (kind, text) => `${CHINESE_KINDS[kind]} ${text}`,
    points: (points) => `${points} 积分`,
    yuan: (yuan) => `${yuan} 元`,
    and: ' 加 ',
    atMost: (text) => `，最多 ${text}`,
    sum: (yuan, rate, text) => `${yuan} 元 × ${rate} = ${text}，不足的舍去`,
    plus: (text) => `另加 ${text}`,
    capped: (text) => `超过上限，按 ${text}计`,
    cut: (text) => `不超过应付金额，按 ${text}计`,
    by: (title, version) => `依据活动「${title}」第 ${version} 版`,
    firstPayment: { ever: '首次付款', with_merchant: '首次向该商家付款' },
    newUser: (days) => `注册 ${days} 天内的新用户`,
    categories: (names) => `限${names}商家`,
    merchants: '限指定商家',
    methods: (names) => `限用${names}`,
    hosts: (names) => `限在${names}内付款`,
    weekdays: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
    hours: (text) => `每天 ${text}`,
    from: (yuan) => `满 ${yuan} 元`,
    upTo: (yuan) => `不超过 ${yuan} 元`,
    code: '付款时输入优惠码',
    list: '、',
    timesLeft: (times) => `还可用 ${times} 次`,
    timesLeftToday: (times) => `今天还可用 ${times} 次`,
  },
  en: {
    share: (kind, rate) =>
      kind === 'fee_waiver' && rate === '100%' ? 'No fee' : `${rate} ${ENGLISH_KINDS[kind]}`,
    fixed: (kind, text) => `${text} ${ENGLISH_KINDS[kind]}`,
    points: (points) => `${points} points`,
    yuan: (yuan) => `¥${yuan}`,
    and: ' plus ',
    atMost: (text) => `, at most ${text}`,
    sum: (yuan, rate, text) => `¥${yuan} × ${rate} = ${text}, rounded down`,
    plus: (text) => `and ${text} more`,
    capped: (text) => `More than the maximum, so ${text}`,
    cut: (text) => `No more than is owed, so ${text}`,
    by: (title, version) => `By version ${version} of the promotion "${title}"`,
    firstPayment: { ever: 'Your first payment', with_merchant: 'Your first payment to this merchant' },
    newUser: (days) => `New users, for ${days} days`,
    categories: (names) => `At merchants of ${names}`,
    merchants: 'At certain merchants',
    methods: (names) => `Paid with ${names}`,
    hosts: (names) => `Paid inside ${names}`,
    weekdays: ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'],
    hours: (text) => `Daily ${text}`,
    from: (yuan) => `From ¥${yuan}`,
    upTo: (yuan) => `Up to ¥${yuan}`,
    code: 'Enter the code when you pay',
    list: ', ',
    timesLeft: (times) => `${times} left for you`,
    timesLeftToday: (times) => `${times} left for you today`,
  },
};

const quantity = (kind: Benefit['kind'], amount: number, words: Words): string =>
  kind === 'bonus_points' ? words.points(amount) : words.yuan(shortYuan(amount));

/** What a promotion gives, in a few words. */
export function benefitText({ kind, fixed, ratePpm, max }: Benefit, language: Language): string {
  const words = WORDS[language];
  const parts = [
    // A point is worth a fen, so its share of an amount in fen reads as points for each yuan.
    ...(ratePpm > 0
      ? [
          kind === 'bonus_points'
            ? words.fixed(kind, pointsPerYuan(ratePpm, language))
            : words.share(kind, percent(ratePpm)),
        ]
      : []),
    ...(fixed > 0 ? [words.fixed(kind, quantity(kind, fixed, words))] : []),
  ];
  return (
    parts.join(words.and) + (max === null || ratePpm === 0 ? '' : words.atMost(quantity(kind, max, words)))
  );
}

const pointsPerYuan = (ratePpm: number, language: Language): string => {
  const points = ratePpm / 10_000;
  return language === 'en' ? `${points} per ¥1,` : `每元 ${points} 分`;
};

/** Why a line of a price, or a reward, is there: the promotion's own name and what it gives. */
export const promotionText = (trace: PromotionTrace, language: Language): string =>
  `${trace.title[language]}${language === 'en' ? ': ' : '：'}${benefitText(trace, language)}`;

/** How a benefit comes about, a sentence for each step, down to the promotion and its version. */
export function promotionDetails(trace: PromotionTrace, language: Language): string[] {
  const words = WORDS[language];
  const { kind, baseFen, fixed, ratePpm, amount } = trace;
  const share = Math.floor((baseFen * ratePpm) / 1_000_000);
  const grant = grantOfTrace(trace);
  return [
    ...(ratePpm > 0 ? [words.sum(shortYuan(baseFen), percent(ratePpm), quantity(kind, share, words))] : []),
    ...(fixed > 0 && ratePpm > 0 ? [words.plus(quantity(kind, fixed, words))] : []),
    ...(grant < share + fixed && kind !== 'fee_waiver' ? [words.capped(quantity(kind, grant, words))] : []),
    ...(amount < grant || (grant < share + fixed && kind === 'fee_waiver')
      ? [words.cut(quantity(kind, amount, words))]
      : []),
    words.by(trace.title[language], trace.version),
  ];
}

const clock = ({ from, to }: Hours): string => `${from}:00-${to}:00`;

/** What a promotion asks of a payment, a phrase for each condition. */
export function conditionTexts(when: PromotionConditions, language: Language): string[] {
  const words = WORDS[language];
  const join = (texts: readonly string[]): string => texts.join(words.list);
  const { firstPayment, newUserDays, categories, methods, hosts, weekdays, hours } = when;
  return [
    ...(firstPayment ? [words.firstPayment[firstPayment]] : []),
    ...(newUserDays !== undefined ? [words.newUser(newUserDays)] : []),
    ...(when.amountFenMin !== undefined ? [words.from(shortYuan(when.amountFenMin))] : []),
    ...(when.amountFenMax !== undefined ? [words.upTo(shortYuan(when.amountFenMax))] : []),
    ...(when.merchantIds ? [words.merchants] : []),
    ...(categories ? [words.categories(join(categories.map((id) => categoryName(id, language))))] : []),
    ...(methods ? [words.methods(join(methods.map((method) => methodName(method, language))))] : []),
    ...(hosts ? [words.hosts(join(hosts.map((host) => hostName(host, language))))] : []),
    ...(weekdays ? [join(weekdays.map((day) => words.weekdays[day - 1] ?? ''))] : []),
    ...(hours ? [words.hours(join(hours.map(clock)))] : []),
    ...(when.couponCode !== undefined ? [words.code] : []),
  ];
}

/** What is left of a promotion to a user; null where its limits are none of theirs. */
export function leftText(
  left: { readonly times: number | null; readonly timesToday: number | null },
  language: Language,
): string | null {
  const words = WORDS[language];
  if (left.times !== null && (left.timesToday === null || left.times <= left.timesToday)) {
    return words.timesLeft(left.times);
  }
  return left.timesToday === null ? null : words.timesLeftToday(left.timesToday);
}

const COUPONS: Readonly<Record<CouponOutcome, ByLanguage<string>>> = {
  applied: { 'zh-CN': '优惠码已使用', en: 'The code is applied.' },
  unknown: { 'zh-CN': '优惠码无效或已结束', en: 'This code is not valid or has ended.' },
  not_for_payment: { 'zh-CN': '优惠码不适用于这笔付款', en: 'This code is not for this payment.' },
  used_up: {
    'zh-CN': '优惠码已用完，或不适用于您的账户',
    en: 'This code is used up, or not for your account.',
  },
  outdone: {
    'zh-CN': '已为您使用更优惠的活动，不与此优惠码同享',
    en: 'Another offer that does not go with this code is worth more to you.',
  },
};

/** What became of the code that a payer entered, as a sentence. */
export const couponText = (outcome: CouponOutcome, language: Language): string => COUPONS[outcome][language];
