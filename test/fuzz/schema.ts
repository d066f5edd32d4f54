import fc from 'fast-check';

/** What of JSON Schema the OpenAPI document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** More items than this show nothing new. */
const ITEMS_MAX = 3;
const DEPTH_MAX = 12;
const YEAR_MS = 365 * 86_400_000;
const AROUND = Date.UTC(2026, 10, 24);

/** Generates values that fit the schema, or nearly: what a pattern asks for may be cut by a length. */
export function valueOf(schema: Schema, components: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> {
  const of = (part: Schema, depth: number): fc.Arbitrary<unknown> => {
    if (depth > DEPTH_MAX) return fc.constant(null);
    if (part.$ref !== undefined) {
      const named = components[part.$ref.split('/').at(-1) ?? ''];
      if (named === undefined) throw new Error(`the document does not hold ${part.$ref}`);
      return of(named, depth + 1);
    }
    if ('const' in part) return fc.constant(part.const);
    if (part.enum !== undefined) return fc.constantFrom(...part.enum);
    const choices = part.anyOf ?? part.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => of(choice, depth + 1)));
    if (part.allOf !== undefined) {
      return fc
        .tuple(...part.allOf.map((each) => of(each, depth + 1)))
        .map((values) => Object.assign({}, ...values) as unknown);
    }
    const types = typeof part.type === 'string' ? [part.type] : (part.type ?? []);
    if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
    return fc.oneof(...types.map((type) => typed(type, part, depth)));
  };

  const typed = (type: string, part: Schema, depth: number): fc.Arbitrary<unknown> => {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number':
        return fc.integer({
          min: Math.max(Math.ceil(part.minimum ?? part.exclusiveMinimum ?? -10), -(2 ** 31)),
          max: Math.min(part.maximum ?? 60_000, 2 ** 31 - 1),
        });
      case 'array':
        return fc.array(of(part.items ?? {}, depth + 1), {
          minLength: part.minItems ?? 0,
          maxLength: Math.max(part.minItems ?? 0, Math.min(part.maxItems ?? ITEMS_MAX, ITEMS_MAX)),
        });
      case 'object':
        return objectOf(part, depth);
      default:
        return text(part);
    }
  };

  const objectOf = (part: Schema, depth: number): fc.Arbitrary<unknown> => {
    const properties = Object.entries(part.properties ?? {});
    return fc.record(Object.fromEntries(properties.map(([name, value]) => [name, of(value, depth + 1)])), {
      requiredKeys: [...(part.required ?? [])].filter((name) => name in (part.properties ?? {})),
    });
  };

  return of(schema, 0);
}

function text(part: Schema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 40 } = part;
  switch (part.format) {
    case 'uuid':
      return fc.uuid();
    case 'date-time':
      return fc.integer({ min: -YEAR_MS, max: YEAR_MS }).map((ms) => new Date(AROUND + ms).toISOString());
    case 'date':
      return fc
        .integer({ min: -YEAR_MS, max: YEAR_MS })
        .map((ms) => new Date(AROUND + ms).toISOString().slice(0, 10));
  }
  // Classes of Unicode would be spelt out, which takes minutes: whatever fits them is picked out of any text instead.
  const pattern = part.pattern === undefined ? undefined : new RegExp(part.pattern, 'u');
  if (pattern !== undefined && !/\\p\{/i.test(pattern.source))
    return fc.stringMatching(pattern).map((made) => made.slice(0, part.maxLength));
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) })
    .filter((made) => pattern?.test(made) ?? true);
}
