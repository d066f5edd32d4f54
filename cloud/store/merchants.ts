import type { Selectable } from 'kysely';

import { categoryIdSchema } from '../contract/schemas';
import type { CategoryId } from '../contract/types';
import { pageOf, readCursor, type Page } from './cursor';
import type { Database } from './database';
import { prepared } from './prepared';
import type { MerchantsTable } from './schema';

export type MerchantRow = Omit<Selectable<MerchantsTable>, 'searchText' | 'createdAt'>;

export interface LinkRow {
  readonly code: string;
  readonly merchant: MerchantRow;
  /** Fixed amount in fen; null where the payer enters it. */
  readonly amountFen: number | null;
  readonly remark: string;
  readonly expiresAt: Date | null;
}

export const MERCHANT_COLUMNS = [
  'merchants.id',
  'merchants.name',
  'merchants.category',
  'merchants.description',
  'merchants.city',
  'merchants.logoText',
  'merchants.logoColor',
  'merchants.open',
] as const;

/** Text as searches compare it: lower case, without spaces. */
export const searchable = (text: string): string => text.toLowerCase().replace(/\s+/g, '');

/** All categories in the contract's order, with how many merchants each has. */
export async function listCategories(
  db: Database,
): Promise<readonly { readonly id: CategoryId; readonly merchantCount: number }[]> {
  const counted = await db
    .selectFrom('merchants')
    .select((eb) => ['category', eb.fn.countAll<number>().as('merchantCount')])
    .groupBy('category')
    .execute();
  const counts = new Map(counted.map((row) => [row.category, row.merchantCount]));
  return categoryIdSchema.options.map((id) => ({ id, merchantCount: counts.get(id) ?? 0 }));
}

/** Merchants whose name contains the query in Chinese, pinyin or initials. Throws InvalidCursor. */
export async function searchMerchants(
  db: Database,
  search: {
    readonly query?: string | undefined;
    readonly category?: CategoryId | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<MerchantRow>> {
  let rows = db.selectFrom('merchants').select(MERCHANT_COLUMNS).orderBy('id');
  const query = searchable(search.query ?? '');
  if (query !== '') rows = rows.where('searchText', 'like', `%${query.replace(/[\\%_]/g, '\\$&')}%`);
  if (search.category !== undefined) rows = rows.where('category', '=', search.category);
  if (search.cursor !== undefined) rows = rows.where('id', '>', readCursor(search.cursor));
  return pageOf(await rows.limit(search.limit + 1).execute(), search.limit);
}

export async function getMerchant(db: Database, merchantId: string): Promise<MerchantRow | undefined> {
  return db.selectFrom('merchants').select(MERCHANT_COLUMNS).where('id', '=', merchantId).executeTakeFirst();
}

/** Merchants that the account paid, the one paid last first. */
export async function recentMerchants(
  db: Database,
  question: { readonly accountId: string; readonly limit: number },
): Promise<readonly MerchantRow[]> {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('orders')
        .select((inner) => ['merchantId', inner.fn.max('paidAt').as('lastPaidAt')])
        .where('accountId', '=', question.accountId)
        .where('paidAt', 'is not', null)
        .groupBy('merchantId')
        .as('paid'),
    )
    .innerJoin('merchants', 'merchants.id', 'paid.merchantId')
    .select(MERCHANT_COLUMNS)
    .orderBy('paid.lastPaidAt', 'desc')
    .limit(question.limit)
    .execute();
}

const linkByCode = prepared((db, { code }: { readonly code: string }) =>
  db
    .selectFrom('paymentLinks')
    .innerJoin('merchants', 'merchants.id', 'paymentLinks.merchantId')
    .select(['paymentLinks.code', 'paymentLinks.amountFen', 'paymentLinks.remark', 'paymentLinks.expiresAt'])
    .select(MERCHANT_COLUMNS)
    .where('code', '=', code),
);

/** A payment link with its merchant, expired or not. */
export async function getLink(db: Database, code: string): Promise<LinkRow | undefined> {
  const [row] = await linkByCode(db, { code });
  if (row === undefined) return undefined;
  const { amountFen, remark, expiresAt, code: found, ...merchant } = row;
  return { code: found, amountFen, remark, expiresAt, merchant };
}

/** Makes a payment link. */
export async function createLink(
  db: Database,
  link: {
    readonly code: string;
    readonly merchantId: string;
    readonly amountFen: number | null;
    readonly remark: string;
    readonly expiresAt: Date | null;
    readonly now: Date;
  },
): Promise<void> {
  const { now, ...columns } = link;
  await db
    .insertInto('paymentLinks')
    .values({ ...columns, createdAt: now })
    .execute();
}
