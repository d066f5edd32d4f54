import { common, type Box } from './boxes';
import { DIMENSIONS, type FeeRule } from './rules';

/** A rule with what it is for of each part of the payments that there can be. */
export interface Boxed {
  readonly rule: FeeRule;
  /** Where it stands among the rules. */
  readonly place: number;
  readonly boxes: readonly (Box | undefined)[];
}

/** What two rules have in common of each part; undefined where that is nothing. */
export const sharedBoxes = (one: Boxed, other: Boxed): Boxed['boxes'] =>
  one.boxes.map((box, part) => {
    const beside = other.boxes[part];
    return box && beside && common(box, beside);
  });

/** Rules by the values that they name, so that one is compared with those alone that it may share payments with. */
export class RuleIndex {
  private readonly all: Boxed[] = [];
  private readonly dimensions = DIMENSIONS.map(({ condition }) => ({
    condition,
    /** Rules that name no value, and so admit every one. */
    open: [] as Boxed[],
    byValue: new Map<string, Boxed[]>(),
  }));

  add(one: Boxed): void {
    this.all.push(one);
    for (const { condition, open, byValue } of this.dimensions) {
      const named: readonly string[] | undefined = one.rule.when[condition];
      if (named === undefined) open.push(one);
      else for (const value of named) byValue.set(value, [...(byValue.get(value) ?? []), one]);
    }
  }

  /** Rules that may share payments with another, by the condition that leaves the fewest, in the order of their places. */
  near(one: Boxed): readonly Boxed[] {
    let fewest: readonly (readonly Boxed[])[] = [this.all];
    const sizeOf = (lists: typeof fewest): number => lists.reduce((sum, { length }) => sum + length, 0);
    for (const { condition, open, byValue } of this.dimensions) {
      const named: readonly string[] | undefined = one.rule.when[condition];
      if (named === undefined) continue;
      const lists = [open, ...named.map((value) => byValue.get(value) ?? [])];
      if (sizeOf(lists) < sizeOf(fewest)) fewest = lists;
    }
    return [...new Set(fewest.flat())].sort((a, b) => a.place - b.place);
  }
}
