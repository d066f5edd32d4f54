import type { Context } from 'hono';
import { v5 as uuidv5 } from 'uuid';

import { idempotency } from '../../store';
import type { Dependencies } from '../dependencies';
import { canonicalJson, sha256 } from './canonical';
import type { Env } from './environment';
import { errorFields } from './log';
import { ApiError } from './problem';

export interface Answer {
  readonly status: 200 | 201;
  readonly body: unknown;
}

/**
 * Keeps the answer under the request's key by `write`, inside the transaction or the statement of the effect that it answers
 * for. `write` tells whether the claim still held; where it did not, the effect must not be there either.
 */
export type Remember = (
  answer: Answer,
  write: (kept: idempotency.KeptAnswer) => Promise<boolean>,
) => Promise<void>;

/** Longer than the slowest execution; after it a key whose process died may be taken up again, in ms. */
const LEASE_MS = 60_000;
const KEY = /^[\x21-\x7e]{1,255}$/;

function readKey(c: Context<Env>): string {
  const key = c.req.header('idempotency-key');
  if (key === undefined || key === '') throw new ApiError('idempotency_key_missing');
  if (!KEY.test(key)) throw new ApiError('idempotency_key_invalid');
  return key;
}

/** Operators' keys are theirs alone, like those of accounts: each has an id made of the name. */
const OPERATORS = '6f1d0b7e-8c7b-5a52-9a3c-0d2f8f1f6c11';
const holderOf = (c: Context<Env>): string =>
  (c.get('caller') as Env['Variables']['caller'] | undefined)?.accountId ??
  uuidv5(c.get('operator'), OPERATORS);

/**
 * Executes a request at most once per account or operator, endpoint and `Idempotency-Key` (IETF draft idempotency-key-header). The
 * first success is kept and replayed byte for byte; whatever is refused leaves no trace, so that the key can be used
 * again. An `execute` with an effect in the database remembers its answer in the same transaction: a crash then leaves
 * either both or neither. A user's session must last: `unauthenticated` else.
 *
 * `request` is the validated input; it is compared by the hash of its canonical JSON together with the path.
 */
export async function answerOnce(
  c: Context<Env>,
  deps: Pick<Dependencies, 'db' | 'now' | 'log'>,
  endpoint: string,
  request: unknown,
  execute: (remember: Remember) => Promise<Answer>,
): Promise<Response> {
  const now = deps.now();
  const leasedUntil = new Date(now.getTime() + LEASE_MS);
  const held = { accountId: holderOf(c), endpoint, key: readKey(c), leasedUntil };
  const requestHash = sha256(canonicalJson({ path: c.req.path, request }));
  const { sessionId } = (c.get('caller') as Env['Variables']['caller'] | undefined) ?? {};
  const claim = await idempotency.begin(deps.db, { ...held, requestHash, now, sessionId });
  if (claim.outcome === 'no_session') throw new ApiError('unauthenticated');
  c.set('sessionSeen', true);
  switch (claim.outcome) {
    case 'mismatch':
      throw new ApiError('idempotency_mismatch');
    case 'in_progress':
      throw new ApiError('idempotency_in_progress');
    case 'replay':
      return jsonText(c, claim.status, claim.body, { 'Idempotent-Replayed': 'true' });
    case 'started':
      break;
  }

  let remembered: string | undefined;
  const remember: Remember = async (answer, write) => {
    const body = JSON.stringify(answer.body);
    // Slower than the lease: another execution answers for this key, and the transaction of this one is rolled back.
    if (!(await write({ ...held, status: answer.status, body })))
      throw new ApiError('idempotency_in_progress');
    remembered = body;
  };
  try {
    const answer = await execute(remember);
    if (remembered === undefined) await remember(answer, (kept) => idempotency.finish(deps.db, kept));
    return jsonText(c, answer.status, remembered ?? '');
  } catch (error) {
    await idempotency.abandon(deps.db, held).catch((failure: unknown) => {
      // The lease frees the key later; what the caller is told stays the first error.
      deps.log('warn', 'idempotency_key_not_released', {
        requestId: c.get('requestId'),
        ...errorFields(failure),
      });
    });
    throw error;
  }
}

function jsonText(
  c: Context<Env>,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.body(body, status as 200, { 'content-type': 'application/json; charset=utf-8', ...headers });
}
