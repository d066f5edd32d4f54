export {
  promotionActivationsFrom,
  promotionActivationsOf,
  promotionActivationsUntil,
  promotionsOf,
  type PromotionActivationRow,
  type PromotionLiveRow,
} from './activations';
export { promotionAuditOf, type PromotionAuditRow } from './audit';
export { budgetsLeft, freeBudgets } from './budgets';
export { cashbacksToPay, prepareCashbackPayout } from './cashbacks';
export { claimPromotions, payerFacts, returnPromotions } from './claims';
export {
  approvePromotion,
  createPromotion,
  editPromotion,
  listPromotions,
  notePromotionRehearsal,
  rejectPromotion,
  restorePromotion,
  stopPromotion,
  submitPromotion,
  versionOf,
  versionsOf,
  type PromotionChange,
  type PromotionChangeRefusal,
  type PromotionVersionRow,
} from './versions';
