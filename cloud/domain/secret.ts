/** What Node prints of an object (`util.inspect.custom`). */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A value that is not to be seen by accident: printed, concatenated, logged or made JSON it shows its mask, and only `reveal`
 * gives it away. It has no property that holds the value, so that copying an object into a log copies the mask at most.
 */
export class Secret {
  readonly #value: string;
  readonly #mask: string;

  constructor(value: string, mask = '•••') {
    this.#value = value;
    this.#mask = mask;
  }

  /** The value itself. Whoever calls this answers for where it goes. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return this.#mask;
  }
  toJSON(): string {
    return this.#mask;
  }
  [Symbol.toPrimitive](): string {
    return this.#mask;
  }
  [INSPECT](): string {
    return this.#mask;
  }
}
