import { freeBudgets } from '../../store/promotions';
import type { Job } from './items';

const BATCH = 500;

/** Gives back to the budgets of promotions what orders held that were closed, paid otherwise or refunded. */
export const freePromotionBudgets: Job = async (deps) => ({ freed: await freeBudgets(deps.db, BATCH) });
