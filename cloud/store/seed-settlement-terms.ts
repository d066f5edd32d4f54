import type { Database } from './database';
import { merchantId } from './seed';
import { SEED_MERCHANTS } from './seed-merchants';

/** Somebody who can be paid out to, by the open id in each gateway. */
export interface SeedPayee {
  readonly name: string;
  readonly wechatpay: string;
  readonly alipay: string;
}

const MINIMUM_FEN = 100;
const PAYOUT_MAX_FEN = 2_000_000;

/** Terms for the seeded merchants, half of them paid out through each gateway. Terms agreed since stay as they are. */
export async function seedSettlementTerms(
  db: Database,
  options: {
    /** Whom the merchant of a short name is paid out to. */
    readonly payeeOf: (name: string) => SeedPayee;
    readonly now: Date;
  },
): Promise<void> {
  const terms = SEED_MERCHANTS.map((_, index) => {
    const ordinal = index + 1;
    const payee = options.payeeOf(`merchant-${ordinal}`);
    const gateway = ordinal % 2 === 1 ? ('wechatpay' as const) : ('alipay' as const);
    return {
      merchantId: merchantId(ordinal),
      gateway,
      payeeKind: 'open_id' as const,
      payeeId: payee[gateway],
      payeeName: payee.name,
      minimumFen: MINIMUM_FEN,
      payoutMaxFen: PAYOUT_MAX_FEN,
      holdReason: null,
      consideredDay: null,
      updatedAt: options.now,
    };
  });
  await db
    .insertInto('merchantSettlementTerms')
    .values(terms)
    .onConflict((conflict) => conflict.column('merchantId').doNothing())
    .execute();
}
