export {
  asPromotionActivation,
  promotionActivationsFrom,
  type PromotionActivationRow,
  type PromotionLiveRow,
} from './activations';
export { budgetsLeft, freeBudgets } from './budgets';
export { cashbacksToPay, prepareCashbackPayout } from './cashbacks';
export { claimPromotions, payerFacts, returnPromotions } from './claims';
export {
  approvePromotion,
  createPromotion,
  editPromotion,
  listPromotions,
  notePromotionRehearsal,
  promotionsOf,
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
