import fc from 'fast-check';

import { hostileBody, hostileHeaders, hostileValue, HOSTILE_TEXTS, RAW_REQUESTS } from './hostile';
import type { Memory } from './memory';
import { valueOf, type Schema } from './schema';
import type { WireRequest } from './wire';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface OperationObject {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** What of an OpenAPI document requests are made of. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Bearers by who holds them; those that fit each security scheme of the document come first. */
export interface Bearers {
  readonly fitting: Readonly<Record<string, readonly string[]>>;
  readonly others: readonly (string | undefined)[];
}

/** One generated request: over HTTP, or bytes that are hardly HTTP. */
export type Shot =
  | { readonly kind: 'raw'; readonly bytes: string }
  | { readonly kind: 'http'; readonly path: string; readonly request: WireRequest };

type Plan = fc.Arbitrary<(memory: Memory, bearers: Bearers) => Shot>;

/** Characters that no request line holds; everything else goes out as it is, well escaped or not. */
const sendable = (text: string): string => text.replace(/[^\x21-\x7e]/gu, encodeLoosely);
function encodeLoosely(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Replaces one value somewhere inside by another, or takes it out, or adds one beside it. */
function spoil(value: unknown, seat: number, other: unknown): unknown {
  if (Array.isArray(value) && value.length > 0) {
    const at = seat % value.length;
    return value.map((item: unknown, index) => (index === at ? spoil(item, seat >> 2, other) : item));
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const entries = Object.entries(value);
    const at = seat % (entries.length + 1);
    if (at === entries.length) return { ...value, surplus: other };
    const [name, member] = entries[at] ?? ['', undefined];
    if (seat % 7 === 0) return Object.fromEntries(entries.filter(([kept]) => kept !== name));
    return { ...value, [name]: spoil(member, seat >> 2, other) };
  }
  return other;
}

/** Puts what answers named where a request asks for things of that name. */
function filled(value: unknown, memory: Memory, pick: number): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, memory, pick));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'string' ? (memory.recall(name, pick) ?? member) : filled(member, memory, pick),
    ]),
  );
}

const manner = fc.oneof(
  { weight: 5, arbitrary: fc.constant('valid' as const) },
  { weight: 4, arbitrary: fc.constant('nearly' as const) },
  { weight: 2, arbitrary: fc.constant('hostile' as const) },
);

/** Generates requests of one operation. */
function planOf(
  method: string,
  path: string,
  operation: OperationObject,
  components: Readonly<Record<string, Schema>>,
): Plan {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header');
  const schemes = (operation.security ?? []).flatMap(Object.keys);
  return fc
    .record({
      manner,
      values: fc.record(
        Object.fromEntries(parameters.map(({ name, schema: of }) => [name, valueOf(of, components)])),
        { requiredKeys: parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name) },
      ),
      body: schema === undefined ? fc.jsonValue({ maxDepth: 2 }) : valueOf(schema, components),
      badBody: hostileBody,
      other: hostileValue,
      text: fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary' })),
      escaped: fc.boolean(),
      headers: fc.option(hostileHeaders, { freq: 3 }),
      key: fc.uuid(),
      seat: fc.nat(),
      pick: fc.nat(),
      stranger: fc.nat(9),
    })
    .map((made) => (memory, bearers) => {
      const hostile = made.manner === 'hostile';
      const nearly = made.manner === 'nearly';
      const spoiltPlace = made.seat % 3;
      const names = Object.keys(made.values);
      const spoiltName =
        nearly && spoiltPlace === 0 ? names[made.seat % Math.max(names.length, 1)] : undefined;
      const textOf = (name: string): string => {
        if (name === spoiltName || (hostile && made.seat % 2 === 0))
          return made.escaped ? encodeLoosely(made.text) : made.text;
        return encodeLoosely(memory.recall(name, made.pick) ?? String(made.values[name]));
      };
      const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) => textOf(name) || '%20');
      const query = parameters
        .filter((parameter) => parameter.in === 'query' && parameter.name in made.values)
        .map(({ name }) => `${name}=${textOf(name)}${name === spoiltName ? `&${name}=again` : ''}`);
      const fit = bearers.fitting[schemes[made.pick % Math.max(schemes.length, 1)] ?? ''] ?? [];
      const isStranger = made.stranger < (made.manner === 'valid' ? 1 : 3);
      const bearer =
        isStranger || fit.length === 0
          ? bearers.others[made.pick % bearers.others.length]
          : fit[made.pick % fit.length];
      const good = filled(made.body, memory, made.pick);
      const hasBody =
        method !== 'get' && method !== 'delete' && (schema !== undefined || made.seat % 4 === 0);
      const sent = !hasBody
        ? undefined
        : hostile
          ? made.badBody
          : Buffer.from(
              JSON.stringify(nearly && spoiltPlace === 1 ? spoil(good, made.seat, made.other) : good),
            );
      return {
        kind: 'http',
        path,
        request: {
          method: method.toUpperCase(),
          target: sendable(query.length === 0 ? inPath : `${inPath}?${query.join('&')}`),
          headers: {
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
            ...(sent !== undefined && { 'content-type': 'application/json' }),
            ...(method === 'post' && { 'idempotency-key': made.key }),
            ...((hostile || (nearly && spoiltPlace === 2)) && made.headers),
          },
          body: sent,
        },
      };
    });
}

/** Operations that do a lot of work each time are asked less often. */
const SELDOM = new Set(['/v1/jobs/run', '/v1/openapi.json']);

/** Generates requests over everything that the document tells of, and a few that no document does. */
export function shots(document: Document): Plan {
  const components = document.components?.schemas ?? {};
  const plans = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      weight: SELDOM.has(path) ? 1 : 20,
      arbitrary: planOf(method, path, operation, components),
    })),
  );
  const raw = fc.constantFrom(...RAW_REQUESTS).map((bytes) => (): Shot => ({ kind: 'raw', bytes }));
  const elsewhere = fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'),
      path: fc.constantFrom(
        '/',
        '/v1',
        '/v1/',
        '/v1/orders/',
        '/v1/../v1/me',
        '/favicon.ico',
        '/v2/me',
        '/.env',
      ),
      headers: hostileHeaders,
    })
    .map(({ method, path, headers }) => (): Shot => ({
      kind: 'http',
      path,
      request: { method, target: path, headers, body: undefined },
    }));
  return fc.oneof(...plans, { weight: 10, arbitrary: raw }, { weight: 20, arbitrary: elsewhere });
}
