/**
 * Keeps one Idempotency-Key per request until its answer is known, so that a person who presses again after a lost
 * answer repeats the same order instead of making a second one.
 */
export interface KeyKeeper {
  /** The key of this request: the same for the same content until `settle`. */
  keyFor(content: unknown): string;
  /** Forgets the key: the answer is known, and the next request of this content is a new one. */
  settle(content: unknown): void;
}

/** A keeper of keys made by `newId`. */
export function createKeyKeeper(newId: () => string): KeyKeeper {
  const keys = new Map<string, string>();
  return {
    keyFor(content) {
      const name = JSON.stringify(content);
      const key = keys.get(name) ?? newId();
      keys.set(name, key);
      return key;
    },
    settle: (content) => void keys.delete(JSON.stringify(content)),
  };
}
