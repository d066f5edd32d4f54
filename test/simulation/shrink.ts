/**
 * The fewest items that still fail, found by leaving out ever smaller parts (delta debugging, Zeller and Hildebrandt
 * 2002). At most `triesMax` tries; what is left then is answered, smallest or not.
 */
export async function shrink<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
  triesMax: number,
): Promise<readonly Item[]> {
  let kept = items;
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1;) {
    let smaller: readonly Item[] | undefined;
    for (let from = 0; from < kept.length && smaller === undefined; from += size) {
      if (tries >= triesMax) return kept;
      tries += 1;
      const candidate = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(candidate)) smaller = candidate;
    }
    if (smaller !== undefined) {
      kept = smaller;
      size = Math.min(size, Math.ceil(kept.length / 2));
      if (kept.length === 0) return kept;
    } else if (size === 1) return kept;
    else size = Math.ceil(size / 2);
  }
  return kept;
}
