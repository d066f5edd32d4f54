/** Values of a name that are kept; older ones make room. */
const KEPT_MAX = 64;

/** Names of ids whose collection is called otherwise. */
const ID_OF_COLLECTION: Readonly<Record<string, string>> = {
  'fee-rule-sets': 'ruleSetId',
  'dead-letters': 'eventId',
};

/** Names of texts that are handed back as they came. */
const HANDED_BACK = new Set(['quote', 'refreshToken', 'linkCode', 'code', 'nextCursor', 'contentHash']);

/** What answers named, so that later requests can speak of things that there are. */
export class Memory {
  private readonly values = new Map<string, string[]>();

  /** Keeps what an answer to a request of this path names. */
  learn(path: string, answer: unknown): void {
    const collection = path
      .split('/')
      .filter((segment) => segment !== '' && !segment.startsWith('{'))
      .at(-1);
    if (collection === undefined) return;
    const idName =
      ID_OF_COLLECTION[collection] ??
      `${collection.replace(/s$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Id`;
    this.walk(answer, idName);
  }

  /** A value once answered under this name; undefined where there is none. A cursor is what was the next one. */
  recall(name: string, pick: number): string | undefined {
    const kept = this.values.get(name === 'cursor' ? 'nextCursor' : name);
    return kept?.[pick % kept.length];
  }

  private walk(value: unknown, idName: string): void {
    if (Array.isArray(value)) for (const item of value.slice(0, 5)) this.walk(item, idName);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        if (typeof member !== 'string') this.walk(member, `${name}Id`);
        else if (name === 'id') this.keep(idName, member);
        else if (name.endsWith('Id') || HANDED_BACK.has(name)) this.keep(name, member);
      }
    }
  }

  private keep(name: string, value: string): void {
    const kept = this.values.get(name) ?? [];
    if (kept.includes(value)) return;
    this.values.set(name, [...kept, value].slice(-KEPT_MAX));
  }
}
