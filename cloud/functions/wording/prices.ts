import type { Language } from '../../contract/errors';
import { formatYuan, type PriceReason } from '../../domain';

/** 1,000 ppm as `0.1%`, without zeros that say nothing. */
function percent(ratePpm: number): string {
  const digits = String(ratePpm).padStart(5, '0');
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
  return `${text}%`;
}

/** Why a line of a price has its amount, as a sentence. */
export function priceReasonText(reason: PriceReason, language: Language): string {
  if (reason.id === 'payment_amount') return language === 'en' ? 'Payment amount' : '付款金额';
  const free = formatYuan(reason.freeUpToFen).replace(/\.00$/, '');
  if (reason.id === 'free_up_to') {
    return language === 'en' ? `No fee up to ¥${free}` : `${free} 元以内免手续费`;
  }
  const rate = percent(reason.ratePpm);
  const bound = formatYuan(reason.boundFen).replace(/\.00$/, '');
  if (language === 'en') {
    const base = `${rate} of the part above ¥${free}`;
    if (reason.id === 'rate_above_min') return `${base}, at least ¥${bound}`;
    return reason.id === 'rate_above_max' ? `${base}, at most ¥${bound}` : base;
  }
  const base = `超过 ${free} 元的部分收取 ${rate}`;
  if (reason.id === 'rate_above_min') return `${base}，最低 ${bound} 元`;
  return reason.id === 'rate_above_max' ? `${base}，最高 ${bound} 元` : base;
}
