import { atLeast, below, family, is } from './conditions';

/** Who receives it, and what was found before. */
export const WHOM = [
  ...family('payee', {
    odd_payer_before: [is('payeeOddPayers7d'), is('newPayee'), is('payeeIsPerson')],
    odd_payers_before: [atLeast('payeeOddPayers7d', 2), atLeast('payeeOddShare', 0.4)],
    mostly_odd_payers: [atLeast('payeeOddShare', 0.6), is('newPayee')],
    odd_payers_large: [atLeast('payeeOddShare', 0.3), atLeast('amountScore', 1.5), is('newPayee')],
    passes_on: [is('payeePassedOn30d'), is('newPayee')],
    passes_on_not_small: [is('payeePassedOn30d'), is('newPayee'), atLeast('amountScore', 0.5)],
    passes_on_large: [is('payeePassedOn30d'), is('newPayee'), atLeast('amountScore', 1)],
    passes_on_often: [atLeast('payeePassedOn30d', 3), is('newPayee')],
    young_large: [below('payeeAgeHours', 48), is('newPayee'), atLeast('amountScore', 1.5)],
    young_person_large: [
      below('payeeAgeHours', 72),
      is('newPayee'),
      is('payeeIsPerson'),
      atLeast('amountScore', 1),
    ],
    young_person_large_of_old_account: [
      below('payeeAgeHours', 72),
      is('newPayee'),
      is('payeeIsPerson'),
      atLeast('amountScore', 1),
      atLeast('userPayments', 20),
    ],
    person_of_new_payers_large: [
      is('payeePayers24h'),
      is('newPayee'),
      is('payeeIsPerson'),
      atLeast('amountScore', 1),
    ],
    young_many_payers: [below('payeeAgeHours', 168), atLeast('payeePayers24h', 4)],
    many_new_payers_large: [atLeast('payeePayers24h', 2), atLeast('amountScore', 1.5), is('newPayee')],
  }),
  ...family('known_bad', {
    held_before: [is('held24h')],
    held_before_here: [is('heldHere24h')],
    held_often: [atLeast('held24h', 2)],
    held_before_large: [is('held24h'), atLeast('amountScore', 1)],
    device_of_held: [is('deviceHeldUsers')],
    device_of_held_strange: [is('deviceHeldUsers'), is('strangeDevice')],
    payee_of_held: [is('payeeHeldPayers7d'), is('newPayee'), is('payeeIsPerson')],
    payee_of_held_large: [is('payeeHeldPayers7d'), is('newPayee'), atLeast('amountScore', 1)],
    payee_mostly_held: [atLeast('payeeHeldShare', 0.25)],
    payee_of_many_held: [atLeast('payeeHeldShare', 0.45)],
    payee_shop_of_held: [atLeast('payeeHeldShare', 0.1), atLeast('amountScore', 1.5)],
  }),
  ...family('trust', {
    known_payee: [atLeast('payeePayments', 1)],
    often_paid_payee: [atLeast('payeePayments', 3)],
    own_device_for_long: [below('strangeDevice', 1), atLeast('devicePayments', 30)],
    popular_payee: [atLeast('payeePayers7d', 10), below('payeeOddShare', 0.2)],
    popular_clean_payee: [atLeast('payeePayers7d', 5), below('payeeOddShare', 0.1)],
    no_stranger_no_large: [below('strangeDevice', 1), below('amountScore', 1), below('held24h', 1)],
  }),
];
