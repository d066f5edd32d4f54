import { pinyin } from 'pinyin-pro';

import type { Database } from './database';
import { searchable } from './merchants';
import { SEED_LINKS } from './seed-links';
import { LOGO_COLORS, SEED_MERCHANTS } from './seed-merchants';

/** The id of the seeded merchant of that ordinal, from 1. */
export const merchantId = (ordinal: number): string =>
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
