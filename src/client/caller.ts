import { errorMessage, ERRORS } from '../../cloud/contract/errors';
import type { ErrorCode, Language, Problem } from '../../cloud/contract/types';

import { ApiError } from './errors';
import type { SessionKeeper } from './session';
import type { HttpAnswer, Transport } from './transport';

const TIMEOUT_MS = 12_000;
const RETRIES_MAX = 3;
const BACKOFF_FIRST_MS = 400;

/** One call of the API. A GET, a call marked `safe`, or one with an idempotency key is sent again where that can help. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Whether sending a POST twice does no harm by itself, such as asking for a quote. */
  readonly safe?: boolean;
  /** Whether the call needs no session. */
  readonly public?: boolean;
}

export interface CallerDependencies {
  readonly transport: Transport;
  readonly sessions: () => Pick<SessionKeeper, 'accessToken' | 'renew'>;
  readonly language: () => Language;
  readonly networkMessage: () => string;
  readonly newId: () => string;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export type Caller = <T>(call: Call) => Promise<T>;

function isProblem(body: unknown): body is Problem {
  const code = (body as Partial<Problem> | undefined)?.code;
  return typeof code === 'string' && code in ERRORS;
}

/** Sends calls with session, language and request id; retries what is safe; turns every failure into an `ApiError`. */
export function createCaller(dependencies: CallerDependencies): Caller {
  const { transport, language, newId, random, sleep } = dependencies;

  function failure(answer: HttpAnswer, requestId: string): ApiError {
    if (isProblem(answer.body)) {
      const { code, detail, challengeId, triesLeft, retryAt } = answer.body;
      return new ApiError(code, answer.status, detail, answer.body.requestId ?? requestId, {
        challengeId,
        triesLeft,
        retryAt,
      });
    }
    const code: ErrorCode = answer.status === 404 ? 'not_found' : 'internal';
    return new ApiError(code, answer.status, errorMessage(code, language()), requestId);
  }

  async function send<T>(call: Call, requestId: string, token: string | undefined): Promise<T> {
    const headers: Record<string, string> = { 'X-Request-Id': requestId, 'Accept-Language': language() };
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) headers.Authorization = `Bearer ${token}`;
    if (call.idempotencyKey) headers['Idempotency-Key'] = call.idempotencyKey;
    let answer: HttpAnswer;
    try {
      answer = await transport({ ...call, headers, timeoutMs: TIMEOUT_MS });
    } catch {
      throw new ApiError('network', 0, dependencies.networkMessage(), requestId);
    }
    if (answer.status >= 200 && answer.status < 300) return answer.body as T;
    throw failure(answer, requestId);
  }

  async function sendAsUser<T>(call: Call, requestId: string): Promise<T> {
    if (call.public) return send<T>(call, requestId, undefined);
    const token = await signedIn(() => dependencies.sessions().accessToken(), requestId);
    try {
      return await send<T>(call, requestId, token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const renewed = await signedIn(() => dependencies.sessions().renew(token), requestId);
      return send<T>(call, requestId, renewed);
    }
  }

  async function signedIn(token: () => Promise<string>, requestId: string): Promise<string> {
    try {
      return await token();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      // The host itself refused to log in, which is nearly always its network.
      throw new ApiError('network', 0, dependencies.networkMessage(), requestId);
    }
  }

  return async <T>(call: Call): Promise<T> => {
    const repeatable = call.method === 'GET' || call.safe === true || call.idempotencyKey !== undefined;
    for (let retry = 0; ; retry += 1) {
      const requestId = newId();
      try {
        return await sendAsUser<T>(call, requestId);
      } catch (error) {
        const again = repeatable && retry < RETRIES_MAX && error instanceof ApiError && error.isUncertain;
        if (!again) throw error;
        // Full jitter, so that phones cut off together do not come back together.
        await sleep(BACKOFF_FIRST_MS * 2 ** retry * (0.5 + random() / 2));
      }
    }
  };
}
