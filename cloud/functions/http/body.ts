import type { Context } from 'hono';
import type { z } from 'zod';
import { en, zhCN } from 'zod/locales';

import type { ErrorCode, Language } from '../../contract/errors';
import { BODY_BYTES_MAX } from '../../contract/limits';
import type { Env } from './environment';
import { ApiError, type FieldProblem } from './problem';

const MESSAGES = { 'zh-CN': zhCN().localeError, en: en().localeError } as const;

/**
 * The body as text, read from the wire once and never beyond `bytesMax`; throws `body_too_large`, and `body_incomplete` where the sender
 * went away. A chunked body has no declared length, so it is counted while it comes in.
 */
export async function readBody(c: Context<Env>, bytesMax = BODY_BYTES_MAX): Promise<string> {
  const known = c.get('bodyText');
  if (known !== undefined) {
    if (Buffer.byteLength(known) > bytesMax) throw new ApiError('body_too_large');
    return known;
  }
  try {
    const text = await readWithin(c, bytesMax);
    c.set('bodyText', text);
    return text;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('body_incomplete', undefined, { cause: error });
  }
}

async function readWithin(c: Context<Env>, bytesMax: number): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > bytesMax) throw new ApiError('body_too_large');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(c)) {
    bytes += chunk.byteLength;
    // The sender is told no at once; what it still sends is not waited for.
    if (bytes > bytesMax) throw new ApiError('body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as it comes in: from the connection where there is one, which is several times cheaper than a web stream. */
function chunksOf(c: Context<Env>): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  const { incoming } = c.env ?? {};
  // Left off, the connection stays open for the answer.
  if (incoming !== undefined) return incoming.iterator({ destroyOnReturn: false });
  return (c.req.raw.body as AsyncIterable<Uint8Array> | null) ?? [];
}

function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.').slice(0, 128),
    message: issue.message,
  }));
}

/** A value that fits the schema, or `invalid_request` with the fields named in the reader's language. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  language: Language,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: MESSAGES[language] });
  if (!parsed.success) throw new ApiError('invalid_request', fieldProblems(parsed.error));
  return parsed.data;
}

/** The JSON body, validated. Throws `unsupported_media_type`, `body_too_large`, `malformed_json`, `invalid_request`. */
export async function jsonBody<Schema extends z.ZodType>(
  c: Context<Env>,
  schema: Schema,
  bytesMax?: number,
): Promise<z.output<Schema>> {
  const mediaType = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new ApiError('unsupported_media_type');
  const text = await readBody(c, bytesMax);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ApiError('malformed_json', undefined, { cause: error });
  }
  return parseWith(schema, value, c.get('language'));
}

/** The query string, validated. A repeated parameter counts once. */
export function query<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  return parseWith(schema, c.req.query(), c.get('language'));
}

/** The path's parameters. One that does not fit names nothing that exists, so it is answered with `missing`. */
export function pathParameters<Schema extends z.ZodType>(
  c: Context<Env>,
  schema: Schema,
  missing: ErrorCode,
): z.output<Schema> {
  const parsed = schema.safeParse(c.req.param());
  if (!parsed.success) throw new ApiError(missing);
  return parsed.data;
}
