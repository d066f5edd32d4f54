import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

import { errorMessage, errorStatus, type ErrorCode } from '../../contract/errors';
import type { Problem } from '../../contract/types';
import type { Env } from './environment';

export type FieldProblem = NonNullable<Problem['fields']>[number];

/** What a problem tells a program besides its code. */
export type ProblemFacts = Pick<Problem, 'challengeId' | 'triesLeft' | 'retryAt'>;

interface ApiErrorOptions extends ErrorOptions {
  readonly facts?: ProblemFacts;
}

/** A refusal that the caller is told of, by its stable code. Everything else that is thrown becomes `internal`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly facts: ProblemFacts;
  constructor(
    readonly code: ErrorCode,
    readonly fields?: readonly FieldProblem[],
    options?: ApiErrorOptions,
  ) {
    super(code, options);
    this.facts = options?.facts ?? {};
  }

  /** How long the caller should wait before it tries again, in seconds; undefined where that would change nothing. */
  get retryAfterSeconds(): number | undefined {
    return errorStatus(this.code) === 503 || this.code === 'idempotency_in_progress' ? 1 : undefined;
  }
}

/** The one place where a refusal becomes HTTP: an RFC 9457 problem document in the reader's language. */
export function problemResponse(c: Context<Env>, error: ApiError): Response {
  const { code, fields, facts, retryAfterSeconds } = error;
  const language = c.get('language');
  const status = errorStatus(code);
  const problem: Problem = {
    type: `urn:tpwallet:problem:${code}`,
    title: errorMessage(code, 'en'),
    status,
    code,
    detail: errorMessage(code, language),
    instance: c.req.path,
    requestId: c.get('requestId'),
    ...(fields === undefined ? {} : { fields: [...fields] }),
    ...facts,
  };
  c.set('problemCode', code);
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-language': language,
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': `${retryAfterSeconds}` }),
    // RFC 9110: a refused body is not read to its end, so the connection cannot be used again.
    ...(status === 413 && { connection: 'close' }),
  });
}
