import { factorsToUnlock, givingWayTo, signsOut, unlockAfter } from '../../../cloud/domain/identity';

const NOW = new Date('2026-11-29T03:00:00Z');

test.each([
  ['user', NOW.toISOString()],
  ['risk', '2026-11-29T03:30:00.000Z'],
  ['operator', undefined],
] as const)('what was locked by %s can be unlocked by its user from %s on', (reason, from) => {
  expect(unlockAfter(reason, NOW)?.toISOString()).toBe(from);
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
