import type { ErrorCode, Problem } from '../../cloud/contract/types';

/** `network`: no answer arrived, so whether the request took effect is not known. */
export type ApiErrorCode = ErrorCode | 'network';

/** What some problems tell besides their code. */
export type ErrorFacts = Pick<Problem, 'challengeId' | 'triesLeft' | 'retryAt'>;

/** Why a request did not succeed. `message` is ready to be shown, in the user's language. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ApiErrorCode,
    /** HTTP status; 0 where no answer arrived. */
    readonly status: number,
    message: string,
    readonly requestId: string,
    readonly facts: ErrorFacts = {},
  ) {
    super(message);
  }

  /** Whether the same request may still have taken effect, or may yet succeed if sent again. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency_in_progress';
  }
}
