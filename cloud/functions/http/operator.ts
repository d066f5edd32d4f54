import { createHash } from 'node:crypto';

import type { MiddlewareHandler } from 'hono';

import type { Dependencies } from '../dependencies';
import type { OperatorRole } from '../settings-operators';
import type { Env } from './environment';
import { ApiError } from './problem';

/**
 * Lets a request through whose bearer is an operator's token; the operator's name is then known. Throws
 * `unauthenticated` or `rate_limited`. Tokens are found by their hash, so how long that takes tells nothing about them.
 */
export function operatorOnly(deps: Pick<Dependencies, 'settings' | 'limits'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = /^Bearer ([\x21-\x7e]{32,256})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const operator = deps.settings.operators.get(createHash('sha256').update(token).digest('hex'));
    if (operator === undefined) throw new ApiError('unauthenticated');
    deps.limits.count('operator', operator.name);
    c.set('operator', operator.name);
    c.set('operatorRoles', operator.roles);
    c.get('logFields').operator = operator.name;
    await next();
  };
}

/** Lets an operator through who has the role. Throws `operator_not_permitted`. */
export const operatorWith =
  (role: OperatorRole): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (!c.get('operatorRoles').has(role)) throw new ApiError('operator_not_permitted');
    await next();
  };
