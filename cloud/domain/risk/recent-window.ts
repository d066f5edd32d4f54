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
