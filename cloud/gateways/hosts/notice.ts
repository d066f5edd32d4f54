import { fen, formatYuan } from '../../domain';
import { formatBeijing } from '../beijing-time';
import type { Notice, NoticeFact, NoticeFacts } from './port';

function textOf(fact: NoticeFact, facts: NoticeFacts): string {
  switch (fact) {
    case 'merchant':
      return facts.merchant ?? '';
    case 'amount':
      return facts.amountFen === undefined ? '' : `¥${formatYuan(fen(facts.amountFen))}`;
    case 'time':
      return formatBeijing(facts.at).slice(0, '2026-01-01 15:01'.length);
    case 'order':
      return facts.orderNumber ?? '';
    case 'event':
      return facts.event;
  }
}

/** The values of a notice under the keys of its template, each cut to what `lengthOf` allows. */
export function noticeValues(
  { template, facts }: Notice,
  lengthOf: (key: string) => number,
): Record<string, { readonly value: string }> {
  return Object.fromEntries(
    Object.entries(template.fields).map(([key, fact]) => {
      const value = [...textOf(fact, facts)].slice(0, lengthOf(key)).join('');
      return [key, { value }];
    }),
  );
}
