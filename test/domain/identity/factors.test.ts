import fc from 'fast-check';

import { FACTORS, kindsOf, mayProve, sameKind, type ChallengeAction } from '../../../cloud/domain/identity';

const ACTIONS: readonly ChallengeAction[] = [
  'pay',
  'unlock',
  'add_authenticator',
  'remove_authenticator',
  'add_biometric',
  'remove_biometric',
  'reset_pin',
  'set_phone',
  'remove_phone',
  'export_data',
  'delete_account',
];

test('every factor is of one kind, and two of a kind count as one', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FACTORS), fc.constantFrom(...FACTORS), (one, other) => {
      expect(sameKind(one)).toContain(one);
      expect(sameKind(one).includes(other)).toBe(sameKind(other).includes(one));
      expect(kindsOf([one, other])).toBe(sameKind(one).includes(other) ? 1 : 2);
    }),
  );
  expect(kindsOf([])).toBe(0);
  expect(kindsOf(['totp', 'sms'])).toBe(1);
  expect(kindsOf(FACTORS)).toBe(3);
});

test('a finger pays and exports, and does nothing that would outlast the hand that is held to the phone', () => {
  expect(ACTIONS.filter((action) => mayProve(action, 'biometric'))).toEqual(['pay', 'export_data']);
});

test('biometrics are turned on and off by the PIN alone, which does not prove that it is forgotten', () => {
  for (const action of ['add_biometric', 'remove_biometric'] as const)
    expect(FACTORS.filter((factor) => mayProve(action, factor))).toEqual(['pin']);
  expect(FACTORS.filter((factor) => mayProve('reset_pin', factor))).toEqual(['totp', 'sms']);
});

test('whatever is asked for, some factor that everybody can have proves it', () => {
  for (const action of ACTIONS)
    expect(FACTORS.some((factor) => factor !== 'biometric' && mayProve(action, factor))).toBe(true);
});
