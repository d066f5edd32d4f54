export { addEarnedLot } from './earn';
export { POINTS_RULE_SETS, type PointsRulesRefusal, type PointsRulesRow } from './rules';
export { holdPoints, releaseHold } from './holds';
export { accountsWithExpired, expirePoints, lotsToRelease, releaseLot } from './periods';
export { lapsePoints } from './lapse';
export { returnPoints } from './returns';
export { expiringPoints, pendingPointsOf, pointsStanding, type PointsStanding } from './standing';
export { accountsToWarn, warnOfExpiry } from './warnings';
export { pointsStatement, type PointsStatementLine } from './statement';
