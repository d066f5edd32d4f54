import type { PointsRules, PointsRulesContent } from '../../domain';
import { type Database } from '../../store';
import { POINTS_RULE_SETS } from '../../store/points';
import { liveRules, type LiveRules } from '../rules/live';

/** The rules of points in force. */
export type LivePoints = LiveRules<PointsRules>;

export const livePoints = (db: Database): LivePoints =>
  liveRules<PointsRulesContent, PointsRules>(db, POINTS_RULE_SETS, ({ version, content }) => ({
    ...content,
    version,
  }));
