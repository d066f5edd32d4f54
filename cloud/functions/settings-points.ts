import { POINTS_RULES } from '../domain/points/rules';
import type { PointsRules } from '../domain/points/rules';
import type { Reader } from './settings';

const DAY_MS = 86_400_000;

/** The rules of points; the time in which they are pending is what the deployment says where it says so. */
export function readPoints(reader: Reader): PointsRules {
  if (reader.optional('POINTS_PENDING_DAYS') === undefined) return POINTS_RULES;
  const days = reader.required(
    'POINTS_PENDING_DAYS',
    'give the days after which points may be spent, from 0 to 365, or leave it out',
    (value) => (/^\d{1,3}$/.test(value) && Number(value) <= 365 ? value : undefined),
  );
  return { ...POINTS_RULES, pendingMs: Number(days) * DAY_MS };
}
