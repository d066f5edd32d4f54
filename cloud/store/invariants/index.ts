import type { Invariant } from './invariant';
import { ledgerInvariants, openWorkInvariants, sealInvariants } from './ledger';
import { operatorInvariants } from './operators';
import { personalInvariants } from './personal';
import { pointsInvariants } from './points';
import { promotionInvariants } from './promotions';
import { reconcileInvariants } from './reconcile';
import { refundsInvariants } from './refunds';
import { riskInvariants } from './risk';
import { ruleInvariants } from './rules';
import { settlementInvariants } from './settlements';

export type { Invariant } from './invariant';

/** Everything that must hold of the store, whatever is under way. */
export const INVARIANTS: readonly Invariant[] = [
  ...ledgerInvariants,
  ...openWorkInvariants,
  ...refundsInvariants,
  ...settlementInvariants,
  ...reconcileInvariants,
  ...ruleInvariants,
  ...operatorInvariants,
  ...personalInvariants,
  ...pointsInvariants,
  ...promotionInvariants,
  ...riskInvariants,
  ...sealInvariants,
];
