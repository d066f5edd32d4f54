import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';

import { FEE_RULES_BYTES_MAX } from '../../contract/limits';
import { addOperatorAudit, type OperatorAct } from '../../store/operator-audit';
import type { Dependencies } from '../dependencies';
import { readBody } from './body';
import { sha256 } from './canonical';
import type { Env } from './environment';
import { errorFields } from './log';

const TARGET_LENGTH_MAX = 300;

/**
 * Keeps what an operator is about to change, and afterwards what was answered, in the chained trail. What cannot be kept is not
 * done. Where the process dies between both, the trail says that something was begun; what came of it the thing's own history
 * says. Whatever only reads is not kept.
 */
export function audited(deps: Pick<Dependencies, 'db' | 'now' | 'log'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || c.req.method === 'OPTIONS') return next();
    const body = await readBody(c, FEE_RULES_BYTES_MAX);
    const act: Omit<OperatorAct, 'status' | 'at'> = {
      requestId: c.get('requestId'),
      operator: c.get('operator'),
      action: `${c.req.method} ${routePath(c, -1)}`,
      // As it was sent: escaped, so that it is plain text.
      target: new URL(c.req.url).pathname.slice(0, TARGET_LENGTH_MAX),
      contentHash: sha256(body),
    };
    await addOperatorAudit(deps.db, { ...act, status: null, at: deps.now() });
    await next();
    await addOperatorAudit(deps.db, { ...act, status: c.res.status, at: deps.now() }).catch(
      (error: unknown) => {
        // It is done: the caller is told so, and the trail shows a beginning without its end.
        deps.log('error', 'operator_audit_not_ended', {
          requestId: c.get('requestId'),
          ...errorFields(error),
        });
      },
    );
  };
}
