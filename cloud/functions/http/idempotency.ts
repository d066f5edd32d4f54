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
 * `request` is the validated input; it is compared by the hash of its canonical JSON together with the path. What `reading`
 * finds when the key is claimed is handed to `execute`, in the same round trip.
 */
export async function answerOnce<Row = never>(
  c: Context<Env>,
  deps: Pick<Dependencies, 'db' | 'now' | 'log'>,
  endpoint: string,
  request: unknown,
  execute: (remember: Remember, read: readonly Row[]) => Promise<Answer>,
  reading?: Parameters<typeof idempotency.begin<Row>>[2],
): Promise<Response> {
  const { held, ask } = readAsk(c, deps, endpoint, request);
  const claim = await idempotency.begin(deps.db, { ...held, ...ask }, reading);
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
    const answer = await execute(remember, claim.read);
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

/**
 * `answerOnce` of an `execute` that remembers its answer where its only effect is: the key is claimed in that statement or
 * transaction and not before it, which saves one on the way of every payment. Whether the key is new shows there; where it
 * is not, or the request is refused, nothing has happened yet and `answerOnce` tells what is to be told.
 */
export async function answerOnceWithEffect(
  c: Context<Env>,
  deps: Pick<Dependencies, 'db' | 'now' | 'log'>,
  endpoint: string,
  request: unknown,
  execute: (remember: Remember) => Promise<Answer>,
): Promise<Response> {
  const { held, ask } = readAsk(c, deps, endpoint, request);
  let remembered: string | undefined;
  try {
    const { status } = await execute(async (answer, write) => {
      const body = JSON.stringify(answer.body);
      if (!(await write({ ...held, status: answer.status, body, claimedBy: ask }))) throw new KeyTaken();
      remembered = body;
    });
    if (remembered === undefined) throw new Error(`${endpoint} did not remember its answer`);
    c.set('sessionSeen', true);
    return jsonText(c, status, remembered);
  } catch (error) {
    if (!(error instanceof KeyTaken || error instanceof ApiError)) throw error;
    return answerOnce(c, deps, endpoint, request, execute);
  }
}

/** The key was claimed before, or the session has ended. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

function readAsk(
  c: Context<Env>,
  deps: Pick<Dependencies, 'now'>,
  endpoint: string,
  request: unknown,
): { readonly held: idempotency.Held; readonly ask: idempotency.Ask } {
  const now = deps.now();
  const leasedUntil = new Date(now.getTime() + LEASE_MS);
  const caller = c.get('caller') as Env['Variables']['caller'] | undefined;
  return {
    held: { accountId: holderOf(c), endpoint, key: readKey(c), leasedUntil },
    ask: {
      requestHash: sha256(canonicalJson({ path: c.req.path, request })),
      now,
      sessionId: caller?.sessionId,
    },
  };
}

function jsonText(
  c: Context<Env>,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.body(body, status as 200, { 'content-type': 'application/json; charset=utf-8', ...headers });
}
