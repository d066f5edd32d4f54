import { createHash } from 'node:crypto';

import type { MiddlewareHandler } from 'hono';

import type { Dependencies } from '../dependencies';
import type { Env } from './environment';
import { ApiError } from './problem';

/**
 * Lets a request through whose bearer is an operator's token; the operator's name is then known. Throws
 * `unauthenticated`. Tokens are found by their hash, so how long that takes tells nothing about them.
 */
export function operatorOnly(deps: Pick<Dependencies, 'settings'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = /^Bearer ([\x21-\x7e]{32,256})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const operator = deps.settings.operators.get(createHash('sha256').update(token).digest('hex'));
    if (operator === undefined) throw new ApiError('unauthenticated');
    c.set('operator', operator);
    c.var.logFields.operator = operator;
    await next();
  };
}
