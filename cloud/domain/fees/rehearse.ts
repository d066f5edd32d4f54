import { fen, type Fen } from '../money';
import { PAYMENT_METHODS, type PaymentMethod } from '../payment-methods';
import { allowanceHeld, monthOf } from './allowances';
import type { FeeTrace } from './charge';
import type { FeeEngine } from './engine';
import type { FeeCategory, FeeHost, Scene, UserTier } from './facts';

/** An order of the past, as far as its fee depends on it. Instants in ms since 1970 UTC. */
export interface PastOrder {
  readonly accountId: string;
  readonly scene: Scene;
  readonly method: PaymentMethod;
  readonly host: FeeHost;
  readonly category: FeeCategory;
  readonly userTier: UserTier;
  readonly amountFen: Fen;
  /** What was charged. */
  readonly feeFen: Fen;
  /** Whether it is told of; others count only for what they used of allowances. */
  readonly counted: boolean;
  /** When it was quoted, and when it was ordered. */
  readonly pricedAtMs: number;
  readonly createdAtMs: number;
  /** When it was closed unpaid, which gives back what it held of an allowance; null where it was not. */
  readonly closedAtMs: number | null;
}

/** What rules would change for some of the orders. Fees in fen. */
export interface RehearsalSegment {
  readonly orders: number;
  readonly amountFen: number;
  readonly feeBeforeFen: number;
  readonly feeAfterFen: number;
  /** Orders that would have cost more, and less. */
  readonly raised: number;
  readonly lowered: number;
}

/** What rules would have changed: for all orders, and by each dimension for each of its values. */
export interface RehearsalReport {
  readonly total: RehearsalSegment;
  readonly segments: Readonly<Record<string, Readonly<Record<string, RehearsalSegment>>>>;
  /** The most that one order would have cost more and less, in fen. */
  readonly raiseFenMax: number;
  readonly reductionFenMax: number;
}

export interface Rehearsal {
  /**
   * Runs one order; answers how its fee comes about under these rules, undefined where none applies. Orders of one account
   * come one after the other, in the order in which they were made.
   */
  add(order: PastOrder): FeeTrace | undefined;
  report(): RehearsalReport;
}

/** Upper ends of the bands that amounts are told by, in fen. */
const BANDS = [10_000, 50_000, 100_000, 500_000, 1_000_000] as const;

function bandOf(amountFen: Fen): string {
  const place = BANDS.findIndex((end) => amountFen <= end);
  const below = BANDS[(place < 0 ? BANDS.length : place) - 1] ?? 0;
  return place < 0 ? `>${below / 100}` : `${below / 100}-${(BANDS[place] ?? 0) / 100}`;
}

const newSegment = () => ({
  orders: 0,
  amountFen: 0,
  feeBeforeFen: 0,
  feeAfterFen: 0,
  raised: 0,
  lowered: 0,
});

/** What an earlier order of the account used of this month's allowances, until it was closed. */
interface Hold {
  readonly month: string;
  readonly held: Readonly<Record<string, number>>;
  readonly closedAtMs: number;
}

/** What one account has used of allowances, in fen by rule. */
interface AccountUse {
  readonly accountId: string;
  readonly forGoodByMonth: Map<string, Record<string, number>>;
  holds: readonly Hold[];
}

function addTo(used: Record<string, number>, held: Readonly<Record<string, number>>): void {
  for (const [ruleId, heldFen] of Object.entries(held)) used[ruleId] = (used[ruleId] ?? 0) + heldFen;
}

/**
 * Runs rules over past orders, one at a time: the same engine as a quote's, so what it says is what would have been charged.
 * Memory is bounded by the segments and what one account closed unpaid in a month. With `asOfMs` every order is charged by the rules
 * in effect then instead of at its own time.
 */
export function startRehearsal(
  engine: FeeEngine,
  options: { readonly asOfMs?: number | undefined } = {},
): Rehearsal {
  const total = newSegment();
  const segments = new Map<string, Map<string, ReturnType<typeof newSegment>>>();
  let raiseFenMax = 0;
  let reductionFenMax = 0;
  let use: AccountUse | undefined;

  const useOf = ({ accountId }: PastOrder): AccountUse => {
    if (use?.accountId !== accountId) use = { accountId, forGoodByMonth: new Map(), holds: [] };
    return use;
  };

  const usedBefore = (order: PastOrder, account: AccountUse): Readonly<Record<string, number>> => {
    account.holds = account.holds.filter(({ closedAtMs }) => closedAtMs > order.createdAtMs);
    const month = monthOf(order.pricedAtMs);
    const used = { ...account.forGoodByMonth.get(month) };
    for (const hold of account.holds) if (hold.month === month) addTo(used, hold.held);
    return used;
  };

  const hold = (order: PastOrder, account: AccountUse, used: Readonly<Record<string, number>>): void => {
    const held = allowanceHeld(PAYMENT_METHODS.flatMap((method) => charge(order, method, used) ?? []));
    const month = monthOf(order.pricedAtMs);
    if (order.closedAtMs !== null) {
      account.holds = [...account.holds, { month, held, closedAtMs: order.closedAtMs }];
      return;
    }
    const usedThatMonth = account.forGoodByMonth.get(month) ?? {};
    addTo(usedThatMonth, held);
    account.forGoodByMonth.set(month, usedThatMonth);
  };

  const chargeInTurn = (order: PastOrder): FeeTrace | undefined => {
    if (!engine.hasAllowances) return charge(order, order.method, {});
    const account = useOf(order);
    const used = usedBefore(order, account);
    hold(order, account, used);
    return charge(order, order.method, used);
  };

  const charge = (
    order: PastOrder,
    method: PaymentMethod,
    allowanceUsedFen: Readonly<Record<string, number>>,
  ) =>
    engine.charge({
      scene: order.scene,
      method,
      host: order.host,
      category: order.category,
      userTier: order.userTier,
      amountFen: order.amountFen,
      atMs: options.asOfMs ?? order.pricedAtMs,
      allowanceUsedFen,
    });

  const count = (segment: ReturnType<typeof newSegment>, order: PastOrder, afterFen: number): void => {
    segment.orders += 1;
    segment.amountFen += order.amountFen;
    segment.feeBeforeFen += order.feeFen;
    segment.feeAfterFen += afterFen;
    if (afterFen > order.feeFen) segment.raised += 1;
    if (afterFen < order.feeFen) segment.lowered += 1;
  };

  const countIn = (dimension: string, value: string, order: PastOrder, afterFen: number): void => {
    let values = segments.get(dimension);
    if (values === undefined) segments.set(dimension, (values = new Map()));
    let segment = values.get(value);
    if (segment === undefined) values.set(value, (segment = newSegment()));
    count(segment, order, afterFen);
  };

  return {
    add(order) {
      const trace = chargeInTurn(order);
      if (!order.counted) return trace;
      const afterFen = trace?.feeFen ?? fen(0);
      count(total, order, afterFen);
      countIn('rule', trace?.ruleId ?? 'none', order, afterFen);
      countIn('scene', order.scene, order, afterFen);
      countIn('method', order.method, order, afterFen);
      countIn('host', order.host, order, afterFen);
      countIn('category', order.category, order, afterFen);
      countIn('userTier', order.userTier, order, afterFen);
      countIn('amountYuan', bandOf(order.amountFen), order, afterFen);
      raiseFenMax = Math.max(raiseFenMax, afterFen - order.feeFen);
      reductionFenMax = Math.max(reductionFenMax, order.feeFen - afterFen);
      return trace;
    },
    report: () => ({
      total: { ...total },
      segments: Object.fromEntries(
        [...segments].map(([dimension, values]) => [dimension, Object.fromEntries(values)]),
      ),
      raiseFenMax,
      reductionFenMax,
    }),
  };
}
