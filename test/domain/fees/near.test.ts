import { RuleIndex, sharedBoxes, type Boxed } from '../../../cloud/domain/fees/near';
import { spaceOf } from '../../../cloud/domain/fees/boxes';
import type { FeeRule } from '../../../cloud/domain/fees/rules';
import { feeRule } from '../../support/fee-rules';

const boxedOf = (...conditions: readonly FeeRule['when'][]): readonly Boxed[] => {
  const rules = conditions.map((when, place) => feeRule(`rule_${place}`, { when }));
  const space = spaceOf(rules);
  return rules.map((rule, place) => ({ rule, place, boxes: space.boxesOf(rule) }));
};

/** Places of the rules that are near the last one, among all others. */
function nearLast(...conditions: readonly FeeRule['when'][]): readonly number[] {
  const boxed = boxedOf(...conditions);
  const index = new RuleIndex();
  for (const one of boxed.slice(0, -1)) index.add(one);
  return boxed.slice(-1).flatMap((last) => index.near(last).map(({ place }) => place));
}

test('rules that share a value or name none are near, each once and in their order', () => {
  const near = nearLast(
    { banks: ['ABC', 'CCB'] },
    { banks: ['ICBC'] },
    { banks: ['CCB'] },
    { banks: ['ICBC'] },
    { hosts: ['h5'] },
    { banks: ['ABC'] },
    { banks: ['CCB', 'ABC'] },
  );
  expect(near).toEqual([0, 2, 4, 5]);
});

test('the condition that leaves the fewest decides, wherever it stands', () => {
  const conditions: readonly FeeRule['when'][] = [
    { scenes: ['bill'], banks: ['ABC'], hosts: ['h5'] },
    { scenes: ['bill'], banks: ['CCB'], hosts: ['h5'] },
    { scenes: ['bill'], banks: ['ICBC'], hosts: ['h5'] },
  ];
  expect(nearLast(...conditions, { scenes: ['bill'], banks: ['CCB'], hosts: ['h5'] })).toEqual([1]);
  expect(nearLast(...conditions, { scenes: ['transfer'], banks: ['CCB'] })).toEqual([]);
});

test('a rule without conditions is near all others', () => {
  expect(nearLast({ banks: ['ABC'] }, { hosts: ['h5'] }, {})).toEqual([0, 1]);
});

test('what two rules share is told part by part', () => {
  const [cards, transfers] = boxedOf(
    { methods: ['bankcard'] },
    { scenes: ['transfer'], hosts: ['h5', 'weapp'] },
  );
  if (cards === undefined || transfers === undefined) throw new Error('there are two rules');
  const shared = sharedBoxes(cards, transfers);
  expect(shared.map((box) => box !== undefined)).toEqual([false, false, false, true]);
  expect(shared[3]).toEqual(transfers.boxes[3]);
});
