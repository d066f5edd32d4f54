import type { PromotionTerms } from '../domain';
import { inTransaction, type Database } from './database';
import { approvePromotion, createPromotion, submitPromotion, versionsOf } from './promotions';
import { SEED_COUPON } from './seed-links';

const LIMITS = { timesPerUser: null, timesPerUserDay: 3, budgetFen: 5_000_000, budgetTimes: null } as const;
const STACKING = { group: null, alone: false, priority: 0 } as const;
const ALWAYS = {
  startsAtMs: null,
  endsAtMs: null,
  limits: LIMITS,
  stacking: STACKING,
  returnsOnRefund: true,
};

/** One of each kind, where the seeded merchants of one category make it easy to see. */
const SEED_PROMOTIONS: readonly PromotionTerms[] = [
  {
    ...ALWAYS,
    title: { 'zh-CN': '教育缴费免手续费', en: 'No fee for education' },
    benefit: { kind: 'fee_waiver', fixed: 0, ratePpm: 1_000_000, max: 2_000 },
    when: { categories: ['education'] },
  },
  {
    ...ALWAYS,
    title: { 'zh-CN': '新朋友九折', en: '10% for new friends' },
    benefit: { kind: 'discount', fixed: 0, ratePpm: 100_000, max: 500 },
    when: { couponCode: SEED_COUPON, amountFenMin: 1_000 },
    limits: { ...LIMITS, timesPerUser: 1, timesPerUserDay: null, budgetTimes: 5_000 },
  },
  {
    ...ALWAYS,
    title: { 'zh-CN': '健康消费返现', en: 'Cash back on health' },
    benefit: { kind: 'cashback', fixed: 0, ratePpm: 20_000, max: 1_000 },
    when: { categories: ['health'], amountFenMin: 2_000 },
  },
  {
    ...ALWAYS,
    title: { 'zh-CN': '绿色出行多得积分', en: 'More points for transport' },
    benefit: { kind: 'bonus_points', fixed: 0, ratePpm: 10_000, max: 200 },
    when: { categories: ['transport'] },
  },
];

const idOf = (kind: number, ordinal: number): string =>
  `01900000-0000-7000-8000-${kind.toString(16).padStart(4, '0')}${ordinal.toString(16).padStart(8, '0')}`;

/** Promotions to look at in development, live since `now`. Repeated, it changes nothing. */
export async function seedPromotions(db: Database, { now }: { readonly now: Date }): Promise<void> {
  for (const [index, terms] of SEED_PROMOTIONS.entries()) {
    const id = idOf(0xf001, index + 1);
    await inTransaction(db, async (transaction) => {
      if ((await versionsOf(transaction, id)).length > 0) return;
      const by = (operator: string) => ({ operator, note: 'seeded for development', now, promotionId: id });
      await createPromotion(transaction, { ...by('seed-author'), id, terms });
      await submitPromotion(transaction, by('seed-author'));
      const [version] = await versionsOf(transaction, id);
      await approvePromotion(transaction, {
        ...by('seed-reviewer'),
        activationId: idOf(0xf002, index + 1),
        contentHash: version?.contentHash ?? '',
        soonest: now,
      });
    });
  }
}
