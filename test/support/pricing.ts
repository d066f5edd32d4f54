import {
  compileFees,
  DEFAULT_POINTS_RULE,
  priceMethods,
  type Fen,
  type FeeRule,
  type MethodPricing,
} from '../../cloud/domain';
import { FIRST_RULES } from '../../cloud/store/migrations/0009-fee-rules';

/** The rules that every database begins with. */
export const firstRules = FIRST_RULES as unknown as readonly FeeRule[];

const fees = compileFees({ version: 1, rules: firstRules });

/** What a payment costs by the rules that every database begins with. */
export const firstPrices = (amountFen: Fen): readonly MethodPricing[] =>
  priceMethods(
    {
      scene: 'merchant_payment',
      host: 'weapp',
      category: 'food',
      userTier: 'standard',
      amountFen,
      atMs: Date.parse('2026-11-23T04:00:00.000Z'),
      allowanceUsedFen: {},
    },
    { fees, points: DEFAULT_POINTS_RULE },
  );
