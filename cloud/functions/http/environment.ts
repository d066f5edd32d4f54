import type { Hono } from 'hono';

import type { ErrorCode, Language } from '../../contract/errors';
import type { Host } from '../../contract/types';
import type { OperatorRole } from '../settings-operators';

/** Who is asking, as told by a verified access token. */
export interface Caller {
  readonly accountId: string;
  readonly sessionId: string;
  readonly host: Host;
}

/** What the kernel knows of a request. */
export interface Env {
  Variables: {
    requestId: string;
    language: Language;
    /** Set by the `authenticated` middlewares only. */
    caller: Caller;
    /** Whether the caller's session was found active; for `authenticatedByHandler`. */
    sessionSeen: boolean | undefined;
    /** Name of the operator; set by the `operatorOnly` middleware only. */
    operator: string;
    operatorRoles: ReadonlySet<OperatorRole>;
    /** Set when the answer is a problem, for the log line. */
    problemCode: ErrorCode | undefined;
    /** Facts that a function adds to the request's log line; never secrets or what a person wrote. */
    logFields: Record<string, string | number | boolean>;
  };
}

export type App = Hono<Env>;
