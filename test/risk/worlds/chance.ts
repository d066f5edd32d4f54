import { Random } from '../../simulation/random';

/** Draws that worlds are made of; the same seed and stream, the same draws. */
export class Chance {
  private readonly random: Random;

  constructor(seed: number, stream = 0) {
    this.random = new Random(seed, stream);
  }

  /** From 0 up to, not including, 1. */
  unit(): number {
    return this.random.next() / 0x1_0000_0000;
  }

  between(least: number, most: number): number {
    return least + this.unit() * (most - least);
  }

  /** An integer, both ends included. */
  whole(least: number, most: number): number {
    return this.random.between(least, most);
  }

  /** True with a probability from 0 to 1. */
  happens(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Throws RangeError for an empty list. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.unit() * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Picks the first items of a list more often; `concentration` 1 is even, larger is steeper. */
  pickEarly<Item>(items: readonly Item[], concentration: number): Item {
    const item = items[Math.floor(this.unit() ** concentration * items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }

  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** A count around a mean of at most some hundreds. */
  poisson(mean: number): number {
    const limit = Math.exp(-Math.min(mean, 500));
    let product = this.unit();
    let count = 0;
    while (product > limit) {
      product *= this.unit();
      count += 1;
    }
    return count;
  }

  /** `count` different items, fewer where there are fewer. */
  several<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    const chosen: Item[] = [];
    while (chosen.length < count && left.length > 0) {
      const [item] = left.splice(Math.floor(this.unit() * left.length), 1);
      if (item !== undefined) chosen.push(item);
    }
    return chosen;
  }
}
