import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';

import {
  BENEFIT_KINDS,
  fen,
  type PayerFacts,
  type PaymentFacts,
  type Promotion,
  type PromotionTerms,
} from '../../cloud/domain';
import type { Database } from '../../cloud/store';
import * as promotions from '../../cloud/store/promotions';

/** 10 % off for everybody, without end; tests say what is different. */
export const promotionTerms = (parts: Partial<PromotionTerms> = {}): PromotionTerms => ({
  title: { 'zh-CN': '九折', en: '10% off' },
  benefit: { kind: 'discount', fixed: 0, ratePpm: 100_000, max: null },
  when: {},
  startsAtMs: null,
  endsAtMs: null,
  limits: { timesPerUser: null, timesPerUserDay: null, budgetFen: 1_000_000, budgetTimes: null },
  stacking: { group: null, alone: false, priority: 0 },
  returnsOnRefund: true,
  ...parts,
});

export const promotion = (id: string, parts: Partial<PromotionTerms> = {}): Promotion => ({
  promotionId: id,
  versionId: `${id}-1`,
  version: 1,
  terms: promotionTerms(parts),
});

/** Terms as the operator's API takes them. */
export const asTermsInput = ({ startsAtMs, endsAtMs, ...terms }: PromotionTerms) => ({
  ...terms,
  startsAt: startsAtMs === null ? null : new Date(startsAtMs).toISOString(),
  endsAt: endsAtMs === null ? null : new Date(endsAtMs).toISOString(),
});

/** A payment of a coffee on a Tuesday at noon. */
export const payment = (parts: Partial<PaymentFacts> = {}): PaymentFacts => ({
  host: 'weapp',
  merchantId: '01900000-0000-7000-8000-000000000001',
  category: 'food',
  amountFen: fen(3_000),
  couponCode: undefined,
  atMs: Date.parse('2026-11-24T04:00:00Z'),
  ...parts,
});

/** Somebody who has never paid and has used nothing. */
export const payer = (parts: Partial<PayerFacts> = {}): PayerFacts => ({
  accountCreatedAtMs: Date.parse('2026-11-01T00:00:00Z'),
  paidEver: false,
  paidMerchant: false,
  used: {},
  left: {},
  ...parts,
});

/** Promotions that all apply and differ in what they give and what they go with. */
export const promotionLists: fc.Arbitrary<readonly Promotion[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...BENEFIT_KINDS),
      fixed: fc.nat(60),
      ratePpm: fc.oneof(fc.constant(0), fc.nat(1_000_000)),
      max: fc.option(fc.nat(80)),
      group: fc.option(fc.integer({ min: 1, max: 3 })),
      alone: fc.nat(5).map((one) => one === 0),
      priority: fc.nat(2),
    }),
    { maxLength: 7 },
  )
  .map((list) =>
    list.map(({ kind, fixed, ratePpm, max, ...stacking }, index) =>
      promotion(`p${index}`, { benefit: { kind, fixed, ratePpm, max }, stacking }),
    ),
  );

/** A promotion that is live from `now` on, by a person who wrote it and another who read it; its first version has its id. */
export async function livePromotion(
  db: Database,
  now: Date,
  parts: Partial<PromotionTerms> = {},
): Promise<string> {
  const promotionId = uuidv7();
  const by = (operator: string) => ({ operator, note: 'because', now, promotionId });
  await promotions.createPromotion(db, { ...by('alice'), id: promotionId, terms: promotionTerms(parts) });
  await promotions.submitPromotion(db, by('alice'));
  const [version] = await promotions.versionsOf(db, promotionId);
  const approved = await promotions.approvePromotion(db, {
    ...by('bob'),
    activationId: uuidv7(),
    contentHash: version?.contentHash ?? '',
    soonest: now,
  });
  if (approved.outcome !== 'done') throw new Error(`not live: ${approved.code}`);
  return promotionId;
}
