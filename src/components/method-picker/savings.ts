import type { Method, MethodPrice } from '../../../cloud/contract/types';

/** What a method costs less than the dearest other one. */
export interface Saving {
  readonly amountFen: number;
  readonly over: Method;
}

/** What the cheapest of the usable methods saves; undefined for all others, and where all cost the same. */
export function savingOf(price: MethodPrice, methods: readonly MethodPrice[]): Saving | undefined {
  const usable = methods.filter(({ availability }) => availability !== 'unavailable');
  const dearest = usable.reduce((most, other) => (other.totalFen > most.totalFen ? other : most), price);
  const isCheapest = usable.every((other) => other.totalFen >= price.totalFen);
  if (price.availability === 'unavailable' || !isCheapest || dearest.totalFen === price.totalFen)
    return undefined;
  return { amountFen: dearest.totalFen - price.totalFen, over: dearest.method };
}
