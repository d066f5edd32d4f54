import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { messageListQuerySchema } from '../../contract/schemas';
import type { MessageList } from '../../contract/types';
import { listMessages } from '../../store';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { messageText } from '../wording';

/** `GET /v1/messages`: what the user was told of payments, refunds and closed orders, newest first. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  app.get(paths.messages, authenticated(deps), async (c) => {
    const { accountId } = c.get('caller');
    const page = await pageAt(listMessages(deps.db, { accountId, ...query(c, messageListQuerySchema) }));
    const items = page.items.map((message) => ({
      id: message.id,
      kind: message.kind,
      orderId: message.orderId,
      ...messageText(message, c.get('language')),
      amountFen: message.amountFen,
      at: message.createdAt.toISOString(),
    }));
    return c.json({ items, nextCursor: page.nextCursor } satisfies MessageList);
  });
  return app;
}
