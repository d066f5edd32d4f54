import type { Language } from '../../contract/errors';
import { boundOf, fen, formatYuan, type FeePart, type FeeTrace, type Rounding } from '../../domain';

/** 1,000 ppm as `0.1%`, without zeros that say nothing. */
export function percent(ratePpm: number): string {
  const digits = String(ratePpm).padStart(5, '0');
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
  return `${text}%`;
}

/** 50,000 fen as `500`, 1 fen as `0.01`: yuan without zeros that say nothing. */
export const shortYuan = (amountFen: number): string => formatYuan(fen(amountFen)).replace(/\.00$/, '');

/** `amount * rate` in yuan, exact to its last place. */
function exactYuan(amountFen: number, ratePpm: number): string {
  const digits = String(amountFen * ratePpm).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`.replace(/0{1,6}$/, '');
}

const freeFenOf = (trace: FeeTrace): number =>
  Math.min(trace.amountFen, trace.freePerPaymentFen) + trace.freedByMonthFen;

const isFree = ({ ratePpm, fixedFen }: FeePart): boolean => ratePpm === 0 && fixedFen === 0;

/** Words of one language. Amounts come in as yuan. */
interface Words {
  readonly freeUpTo: (yuan: string) => string;
  readonly freeThisMonth: string;
  readonly free: string;
  readonly price: (rate: string | undefined, fixedYuan: string | undefined) => string;
  readonly partAll: (price: string) => string;
  readonly partUpTo: (upToYuan: string, price: string) => string;
  readonly partBetween: (aboveYuan: string, upToYuan: string, price: string) => string;
  readonly partAbove: (aboveYuan: string, price: string) => string;
  readonly whole: (aboveYuan: string, upToYuan: string | undefined, price: string) => string;
  readonly atLeast: (yuan: string) => string;
  readonly atMost: (yuan: string) => string;
  readonly separator: string;
  readonly rule: (ruleId: string, version: number) => string;
  readonly freePart: (amountYuan: string, freeYuan: string) => string;
  readonly freeMonth: (yuan: string, perMonthYuan: string) => string;
  readonly times: (yuan: string, rate: string, productYuan: string) => string;
  readonly fixed: (yuan: string) => string;
  readonly rounded: Readonly<Record<Rounding, string>>;
  readonly comesTo: (yuan: string) => string;
  readonly raisedTo: (yuan: string) => string;
  readonly cutTo: (yuan: string) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    freeUpTo: (yuan) => `${yuan} 元以内免手续费`,
    freeThisMonth: '在本月免费额度内，免手续费',
    free: '免手续费',
    price: (rate, fixed) =>
      [rate, fixed && `每笔 ${fixed} 元`].filter((text) => text !== undefined).join(' 加') || '0',
    partAll: (price) => `收取 ${price}`,
    partUpTo: (upTo, price) => `${upTo} 元以内的部分收取 ${price}`,
    partBetween: (above, upTo, price) => `${above} 至 ${upTo} 元的部分收取 ${price}`,
    partAbove: (above, price) => `超过 ${above} 元的部分收取 ${price}`,
    whole: (above, upTo, price) =>
      `付款金额${upTo === undefined ? `超过 ${above} 元` : above === '0' ? `在 ${upTo} 元以内` : `在 ${above} 至 ${upTo} 元之间`}，整笔收取 ${price}`,
    atLeast: (yuan) => `最低 ${yuan} 元`,
    atMost: (yuan) => `最高 ${yuan} 元`,
    separator: '，',
    rule: (ruleId, version) => `依据费率第 ${version} 版的规则 ${ruleId}`,
    freePart: (amount, free) => `付款 ${amount} 元，其中 ${free} 元免费`,
    freeMonth: (yuan, perMonth) => `本月免费额度（每月 ${perMonth} 元）再免 ${yuan} 元`,
    times: (yuan, rate, product) => `${yuan} 元 × ${rate} = ${product} 元`,
    fixed: (yuan) => `每笔固定 ${yuan} 元`,
    rounded: {
      half_up: '四舍五入到分',
      half_even: '四舍六入五成双到分',
      up: '不足一分的进为一分',
      down: '不足一分的舍去',
    },
    comesTo: (yuan) => `手续费 ${yuan} 元`,
    raisedTo: (yuan) => `不足最低手续费，按 ${yuan} 元收取`,
    cutTo: (yuan) => `超过最高手续费，按 ${yuan} 元收取`,
  },
  en: {
    freeUpTo: (yuan) => `No fee up to ¥${yuan}`,
    freeThisMonth: "No fee: within this month's free allowance",
    free: 'No fee',
    price: (rate, fixed) =>
      [rate, fixed && `¥${fixed} per payment`].filter((text) => text !== undefined).join(' plus ') ||
      'nothing',
    partAll: (price) => price,
    partUpTo: (upTo, price) => `${price} of the part up to ¥${upTo}`,
    partBetween: (above, upTo, price) => `${price} of the part from ¥${above} to ¥${upTo}`,
    partAbove: (above, price) => `${price} of the part above ¥${above}`,
    whole: (above, upTo, price) =>
      `${price} of the whole payment, as it is ${upTo === undefined ? `above ¥${above}` : above === '0' ? `up to ¥${upTo}` : `from ¥${above} to ¥${upTo}`}`,
    atLeast: (yuan) => `at least ¥${yuan}`,
    atMost: (yuan) => `at most ¥${yuan}`,
    separator: ', ',
    rule: (ruleId, version) => `By rule ${ruleId} of version ${version} of the fees`,
    freePart: (amount, free) => `Of ¥${amount}, ¥${free} are free`,
    freeMonth: (yuan, perMonth) => `This month's allowance (¥${perMonth} a month) frees another ¥${yuan}`,
    times: (yuan, rate, product) => `¥${yuan} × ${rate} = ¥${product}`,
    fixed: (yuan) => `¥${yuan} for the payment`,
    rounded: {
      half_up: 'Rounded to the nearest fen, halves up',
      half_even: 'Rounded to the nearest fen, halves to even',
      up: 'Rounded up to a fen',
      down: 'Rounded down to a fen',
    },
    comesTo: (yuan) => `Fee ¥${yuan}`,
    raisedTo: (yuan) => `Less than the minimum, so ¥${yuan}`,
    cutTo: (yuan) => `More than the maximum, so ¥${yuan}`,
  },
};

function partText(part: FeePart, trace: FeeTrace, words: Words): string {
  const { ratePpm, fixedFen, upToFen } = part;
  const price = words.price(
    ratePpm > 0 ? percent(ratePpm) : undefined,
    fixedFen > 0 ? shortYuan(fixedFen) : undefined,
  );
  const upTo = upToFen === null ? undefined : shortYuan(upToFen);
  if (trace.mode === 'whole' && (part.aboveFen > 0 || upTo !== undefined)) {
    return words.whole(shortYuan(part.aboveFen), upTo, price);
  }
  const aboveFen = Math.max(part.aboveFen, freeFenOf(trace));
  if (aboveFen === 0) return upTo === undefined ? words.partAll(price) : words.partUpTo(upTo, price);
  const above = shortYuan(aboveFen);
  return upTo === undefined ? words.partAbove(above, price) : words.partBetween(above, upTo, price);
}

/** Why a fee is what it is, as one sentence. */
export function feeText(trace: FeeTrace, language: Language): string {
  const words = WORDS[language];
  if (trace.parts.length === 0) {
    return trace.freedByMonthFen > 0
      ? words.freeThisMonth
      : words.freeUpTo(shortYuan(trace.freePerPaymentFen));
  }
  if (trace.parts.every(isFree)) return words.free;
  const bound = boundOf(trace);
  return [
    ...trace.parts.filter((part) => !isFree(part)).map((part) => partText(part, trace, words)),
    ...(bound === 'min' ? [words.atLeast(shortYuan(trace.feeFenMin))] : []),
    ...(bound === 'max' ? [words.atMost(shortYuan(trace.feeFenMax ?? 0))] : []),
  ].join(words.separator);
}

/** How a fee comes about, a sentence for each step, down to the rule and its version. */
export function feeDetails(trace: FeeTrace, language: Language): string[] {
  const words = WORDS[language];
  const freeFen = Math.min(trace.amountFen, trace.freePerPaymentFen);
  const products = trace.parts.filter(({ ratePpm }) => ratePpm > 0);
  const bound = boundOf(trace);
  const isRounded = products.reduce((sum, part) => sum + part.chargedFen * part.ratePpm, 0) % 1_000_000 !== 0;
  return [
    ...(freeFen > 0 ? [words.freePart(formatYuan(trace.amountFen), formatYuan(fen(freeFen)))] : []),
    ...(trace.freedByMonthFen > 0
      ? [words.freeMonth(formatYuan(trace.freedByMonthFen), shortYuan(trace.freePerMonthFen))]
      : []),
    ...products.map(({ chargedFen, ratePpm }) =>
      words.times(formatYuan(chargedFen), percent(ratePpm), exactYuan(chargedFen, ratePpm)),
    ),
    ...trace.parts.filter((part) => part.fixedFen > 0).map((part) => words.fixed(formatYuan(part.fixedFen))),
    ...(isRounded ? [words.rounded[trace.rounding]] : []),
    ...(bound === 'min' ? [words.raisedTo(formatYuan(trace.feeFenMin))] : []),
    ...(bound === 'max' ? [words.cutTo(formatYuan(trace.feeFenMax ?? fen(0)))] : []),
    words.comesTo(formatYuan(trace.feeFen)),
    words.rule(trace.ruleId, trace.version),
  ];
}
