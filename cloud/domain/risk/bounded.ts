/** A map that forgets what was used longest ago once it is full. */
export class BoundedMap<Value> {
  private readonly items = new Map<string, Value>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.items.size;
  }

  get(key: string): Value | undefined {
    return this.items.get(key);
  }

  /** The value of a key, made where there is none; counts as used. */
  take(key: string, make: () => Value): Value {
    const found = this.items.get(key);
    const value = found ?? make();
    if (found !== undefined) this.items.delete(key);
    this.items.set(key, value);
    if (this.items.size > this.capacity) {
      for (const oldest of this.items.keys()) {
        this.items.delete(oldest);
        break;
      }
    }
    return value;
  }

  entries(): IterableIterator<[string, Value]> {
    return this.items.entries();
  }
}

/** The newest entries of a stretch of time, at most so many. */
export class RecentWindow<Entry extends { readonly atMs: number }> {
  private entries: Entry[] = [];

  constructor(
    private readonly lengthMs: number,
    private readonly capacity: number,
  ) {}

  add(entry: Entry): void {
    const oldestMs = entry.atMs - this.lengthMs;
    const expired = (this.entries[0]?.atMs ?? Number.POSITIVE_INFINITY) < oldestMs;
    if (expired || this.entries.length >= this.capacity) {
      this.entries = this.entries.filter((one) => one.atMs >= oldestMs).slice(1 - this.capacity);
    }
    this.entries.push(entry);
  }

  /** Shows entries no older than `withinMs` before `nowMs`, newest first. A callback, because this is the hot path. */
  visit(nowMs: number, withinMs: number, see: (entry: Entry) => void): void {
    for (let place = this.entries.length - 1; place >= 0; place -= 1) {
      const entry = this.entries[place];
      if (entry === undefined || entry.atMs < nowMs - withinMs) return;
      see(entry);
    }
  }

  count(nowMs: number, withinMs: number): number {
    let found = 0;
    for (let place = this.entries.length - 1; place >= 0; place -= 1) {
      if ((this.entries[place]?.atMs ?? 0) < nowMs - withinMs) break;
      found += 1;
    }
    return found;
  }
}
