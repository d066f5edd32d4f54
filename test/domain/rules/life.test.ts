import fc from 'fast-check';

import { canRuleMove, decideApproval, liveAt, standingOf, type RuleState } from '../../../cloud/domain';

const STATES: readonly RuleState[] = ['draft', 'review', 'approved'];
const facts = {
  state: 'review',
  reviewer: 'bob',
  authors: ['alice'],
  reviewedHash: 'h',
  contentHash: 'h',
  rehearsed: true,
} as const;

test('a second person lets a version go live, having read what is there, once it was rehearsed', () => {
  expect(decideApproval(facts)).toBeUndefined();
  expect(decideApproval({ ...facts, state: 'draft' })).toBe('not_in_review');
  expect(decideApproval({ ...facts, reviewedHash: 'g' })).toBe('changed');
  expect(decideApproval({ ...facts, reviewer: 'alice' })).toBe('needs_second_person');
  expect(decideApproval({ ...facts, rehearsed: false })).toBe('not_rehearsed');
});

test('nothing is approved without review, and what was approved becomes nothing but a draft', () => {
  const moves = STATES.flatMap((from) =>
    STATES.filter((to) => canRuleMove(from, to)).map((to) => `${from} ${to}`),
  );
  expect(moves).toEqual(['draft draft', 'draft review', 'review draft', 'review approved', 'approved draft']);
});

const activations = fc
  .array(fc.record({ versionId: fc.constantFrom('a', 'b', null), liveFromMs: fc.nat(50) }), { maxLength: 8 })
  .map((list) => list.sort((one, other) => one.liveFromMs - other.liveFromMs));

test('at every instant at most one approved version is live: that of the last activation that has begun', () => {
  fc.assert(
    fc.property(activations, fc.nat(60), (list, atMs) => {
      const begun = list.filter(({ liveFromMs }) => liveFromMs <= atMs);
      expect(liveAt(list, atMs)).toBe(begun.at(-1));
      const standing = (id: string) => standingOf({ id, state: 'approved' }, list, atMs);
      const live = ['a', 'b'].filter((id) => standing(id) === 'live');
      expect(live).toEqual([begun.at(-1)?.versionId ?? []].flat());
      for (const id of ['a', 'b']) {
        const isAhead = list.some(({ versionId, liveFromMs }) => versionId === id && liveFromMs > atMs);
        if (!live.includes(id)) expect(standing(id)).toBe(isAhead ? 'scheduled' : 'retired');
        expect(standingOf({ id, state: 'draft' }, list, atMs)).toBe('draft');
      }
    }),
  );
});
