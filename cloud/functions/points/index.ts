import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { pointsStatementQuerySchema } from '../../contract/points-schemas';
import type { PointsOverview, PointsStatement } from '../../contract/types';
import { tierOf } from '../../domain';
import * as points from '../../store/points';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { pointsRulesText, pointsText } from '../wording';

const DAY_MS = 86_400_000;

/** A user's points: where they stand, and all that changed them. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.points, signedIn, async (c) => {
    const { accountId } = c.get('caller');
    const now = deps.now();
    const rules = await deps.points.at(now);
    const by = new Date(now.getTime() + rules.warnedBeforeMs);
    const [standing, pending, expiring] = await Promise.all([
      points.pointsStanding(deps.db, { accountId, now }),
      points.pendingPointsOf(deps.db, accountId),
      points.expiringPoints(deps.db, { accountId, now, by }),
    ]);
    const { available, owed, yearly } = standing;
    const { tier, next } = tierOf(rules, yearly);
    return c.json({
      available,
      pending,
      pendingDays: Math.round(rules.pendingMs / DAY_MS),
      owed,
      expiring: expiring ? { points: expiring.points, firstAt: expiring.firstAt.toISOString() } : null,
      tier: { current: tier, yearlyPoints: yearly, next: next ?? null },
      rules: pointsRulesText(rules, c.get('language')),
    } satisfies PointsOverview);
  });

  app.get(paths.pointsStatement, signedIn, async (c) => {
    const { accountId } = c.get('caller');
    const question = { accountId, ...query(c, pointsStatementQuerySchema) };
    const page = await pageAt(points.pointsStatement(deps.db, question));
    const items = page.items.map((line) => ({
      id: line.id,
      kind: line.kind,
      available: line.available,
      pending: line.pending,
      text: pointsText(line, c.get('language')),
      orderId: line.orderId,
      at: line.at.toISOString(),
    }));
    return c.json({ items, nextCursor: page.nextCursor } satisfies PointsStatement);
  });

  return app;
}
