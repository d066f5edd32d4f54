import { pinyin } from 'pinyin-pro';

import { linkCode } from '../domain';
import type { Database } from './database';
import { searchable } from './merchants';
import { LOGO_COLORS, SEED_MERCHANTS } from './seed-merchants';

/** A link's code from a number, so that the seeded links are the same everywhere. */
const codeOf = (ordinal: number): string =>
  linkCode(Uint8Array.from({ length: 9 }, (_, at) => ordinal * 7 + at * 5));

/** Codes of seeded links to open, show and test with. */
export const SEED_LINKS = {
  /** 山茶咖啡, amount entered by the payer. */
  openAmount: codeOf(1),
  /** 星河影院, ¥88.00. */
  fixedAmount: codeOf(2),
  /** 山野民宿, ¥1,280.00, above what is free of fees. */
  fixedLargeAmount: codeOf(3),
  /** 老巷牛肉面, over since long. */
  expired: codeOf(4),
  /** 旧时光照相馆, which takes no payments. */
  closedMerchant: codeOf(5),
} as const;

const merchantId = (ordinal: number): string =>
  `01900000-0000-7000-8000-${ordinal.toString(16).padStart(12, '0')}`;

function searchTextOf(name: string): string {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive' });
  const initials = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' });
  return [name, syllables.join(''), initials.join('')].map(searchable).join(' ');
}

/** Merchants, services and links to begin with. Repeated, it changes nothing. */
export async function seed(db: Database, options: { readonly now: Date }): Promise<void> {
  const { now } = options;
  await db
    .insertInto('merchants')
    .values(
      SEED_MERCHANTS.map(({ open = true, ...merchant }, index) => ({
        ...merchant,
        open,
        id: merchantId(index + 1),
        logoColor: LOGO_COLORS[merchant.category],
        searchText: searchTextOf(merchant.name),
        createdAt: now,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const ordinalOf = (name: string): number =>
    SEED_MERCHANTS.findIndex((merchant) => merchant.name === name) + 1;
  const link = (
    code: string,
    merchant: string,
    amountFen: number | null,
    remark: string,
    expiresAt: Date | null = null,
  ) => ({ code, merchantId: merchantId(ordinalOf(merchant)), amountFen, remark, expiresAt, createdAt: now });
  await db
    .insertInto('paymentLinks')
    .values([
      link(SEED_LINKS.openAmount, '山茶咖啡', null, '到店付款'),
      link(SEED_LINKS.fixedAmount, '星河影院', 8_800, '双人套票'),
      link(SEED_LINKS.fixedLargeAmount, '山野民宿', 128_000, '周末两晚'),
      link(SEED_LINKS.expired, '老巷牛肉面', 1_800, '开业特惠', new Date('2026-01-01T00:00:00Z')),
      link(SEED_LINKS.closedMerchant, '旧时光照相馆', null, ''),
    ])
    .onConflict((conflict) => conflict.column('code').doNothing())
    .execute();
}
