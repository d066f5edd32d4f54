import { factorsToUnlock, givingWayTo, signsOut, unlockWaitMs } from '../../../cloud/domain/identity';

test.each([
  ['user', 0],
  ['risk', 30 * 60_000],
  ['operator', null],
] as const)('what was locked by %s waits %s ms for its user', (reason, waitMs) => {
  expect(unlockWaitMs(reason)).toBe(waitMs);
});

test('a lock gives way to a harder one alone, and only that of its user keeps sessions', () => {
  expect(givingWayTo('user')).toEqual([]);
  expect(givingWayTo('risk')).toEqual(['user']);
  expect(givingWayTo('operator')).toEqual(['user', 'risk']);
  expect([signsOut('user'), signsOut('risk'), signsOut('operator')]).toEqual([false, true, true]);
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
])('of %i factors an unlocking account proves %i', (owned, needed) => {
  expect(factorsToUnlock(owned)).toBe(needed);
});
