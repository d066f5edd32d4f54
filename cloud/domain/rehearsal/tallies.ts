import type { PastOrder } from './past-order';

/** Sums over orders: of all of them, and by each dimension of those of each of its values. */
export interface Tallied<Tally> {
  readonly total: Tally;
  readonly segments: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
}

export interface Tallies<Tally> {
  /** Counts an order in all that it is a part of: the dimensions of every order, and what else sets it apart. */
  add(order: PastOrder, others: Readonly<Record<string, string>>, count: (tally: Tally) => void): void;
  report(): Tallied<Tally>;
}

/** Upper ends of the bands that amounts are told by, in fen. */
const BANDS = [10_000, 50_000, 100_000, 500_000, 1_000_000] as const;

function bandOf(amountFen: number): string {
  const place = BANDS.findIndex((end) => amountFen <= end);
  const below = BANDS[(place < 0 ? BANDS.length : place) - 1] ?? 0;
  return place < 0 ? `>${below / 100}` : `${below / 100}-${(BANDS[place] ?? 0) / 100}`;
}

/** Counts orders one at a time; memory is bounded by the values that dimensions have. */
export function startTallies<Tally extends object>(newTally: () => Tally): Tallies<Tally> {
  const total = newTally();
  const segments = new Map<string, Map<string, Tally>>();

  function tallyOf(dimension: string, value: string): Tally {
    let values = segments.get(dimension);
    if (values === undefined) segments.set(dimension, (values = new Map()));
    let tally = values.get(value);
    if (tally === undefined) values.set(value, (tally = newTally()));
    return tally;
  }

  return {
    add(order, others, count) {
      count(total);
      for (const [dimension, value] of Object.entries(others)) count(tallyOf(dimension, value));
      count(tallyOf('scene', order.scene));
      count(tallyOf('method', order.method));
      count(tallyOf('host', order.host));
      count(tallyOf('category', order.category));
      count(tallyOf('userTier', order.userTier));
      count(tallyOf('amountYuan', bandOf(order.amountFen)));
    },
    report: () => ({
      total: { ...total },
      segments: Object.fromEntries(
        [...segments].map(([dimension, values]) => [dimension, Object.fromEntries(values)]),
      ),
    }),
  };
}
