import type { IncomingMessage, ServerResponse } from 'node:http';

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
  /** What the server tells of a request besides it; nothing where an app is called without one. */
  Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse } | undefined;
  Variables: {
    requestId: string;
    language: Language;
    /** Who sends, for limits of rates; undefined where that is not known. */
    clientAddress: string | undefined;
    /** Set by the `authenticated` middlewares only. */
    caller: Caller;
    /** Whether the caller's session was found active; for `authenticatedByHandler`. */
    sessionSeen: boolean | undefined;
    /** The body, where it was read before. */
    bodyText: string | undefined;
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
