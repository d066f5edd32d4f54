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
