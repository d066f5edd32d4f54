import {
  checkBook,
  FEATURE_NAMES,
  FeatureKeeper,
  KNOWN_WITHOUT_MONEY,
  movesMoney,
  NOTHING_KNOWN,
  RULE_BOOK,
  TARGET,
  type RiskAction,
  type Rule,
} from '../../cloud/domain/risk';
import { gangs, GANGS, type GangsShape } from './worlds/gangs';

const rule = (parts: Partial<Rule>): Rule => ({
  id: 'factors.one',
  version: 1,
  family: 'factors',
  mode: 'live',
  actions: ['pin_fail'],
  when: [{ feature: 'pinFails1h', atLeast: 4 }],
  points: 0,
  verdict: 'lock',
  ...parts,
});
const kindsOf = (...rules: Rule[]): string[] => checkBook({ target: TARGET, rules }).map(({ kind }) => kind);
const WITHOUT_MONEY: readonly RiskAction[] = ['login', 'pin_fail', 'bind_card'];

describe('a book of risk rules', () => {
  test('that is shipped has nothing wrong with it', () => {
    expect(checkBook({ target: TARGET, rules: RULE_BOOK.rules })).toEqual([]);
  });

  test('may judge sign-ins, wrong PINs and cards, by what is known of them', () => {
    for (const action of WITHOUT_MONEY) expect(kindsOf(rule({ actions: [action] }))).toEqual([]);
    const onPayments = [{ feature: 'newPayee', atLeast: 1 } as const];
    expect(kindsOf(rule({ when: onPayments }))).toEqual(['rule_never_fires']);
    expect(kindsOf(rule({ when: onPayments, actions: ['pin_fail', 'pay'] }))).toEqual([]);
    expect(kindsOf(rule({ when: [{ feature: 'newPayee', below: 1 }] }))).toEqual([]);
    expect(kindsOf(rule({ actions: [] }))).toEqual(['rule_never_fires']);
  });

  test('decides about what has no score by verdicts alone', () => {
    const { verdict: _verdict, ...scored } = rule({ points: 50 });
    expect(kindsOf(scored)).toEqual(['verdict_missing']);
    expect(kindsOf({ ...scored, actions: ['bind_card', 'pay'] })).toEqual([]);
  });
});

test('what moves no money tells nothing by the features that are said to be of money', () => {
  const ofMoney = FEATURE_NAMES.filter((name) => !KNOWN_WITHOUT_MONEY.has(name));
  const keeper = new FeatureKeeper();
  const told = new Set<string>();
  const events = gangs({ ...(GANGS.bold as GangsShape), households: 8 }, 1_003).slice(0, 1_500);
  for (const event of events) {
    const features = keeper.features(event);
    for (const name of FEATURE_NAMES) if (features[name] !== NOTHING_KNOWN[name]) told.add(name);
    if (!movesMoney(event))
      for (const name of ofMoney) expect([name, features[name]]).toEqual([name, NOTHING_KNOWN[name]]);
    keeper.record(event, features, 'passed');
  }
  // The history was rich enough to show it.
  expect(told.size).toBeGreaterThan(30);
});
