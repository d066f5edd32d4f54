import * as schemas from '../../contract/points-schemas';
import type { Operation } from './operations';

const shared = { method: 'get', tag: 'points', access: 'user' } as const;

/** A user's points. */
export const POINTS_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    path: '/v1/points',
    id: 'getPoints',
    summary: "The user's points: to be spent, pending, expiring, and the tier they make",
    success: { status: 200, schema: schemas.pointsSchema, description: 'Where they stand' },
    problems: [],
  },
  {
    ...shared,
    path: '/v1/points/statement',
    id: 'listPointsStatement',
    summary: 'All that changed the points, with the reason, newest first',
    query: schemas.pointsStatementQuerySchema,
    success: { status: 200, schema: schemas.pointsStatementSchema, description: 'A page of changes' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
];
