import { atLeast, below, family, is } from './conditions';

/** Is it the account's owner? Devices, places, hours, factors. */
export const WHO = [
  ...family('device', {
    strange: [is('strangeDevice')],
    strange_today: [is('strangeDevice'), below('deviceAgeHours', 24)],
    strange_to_new_payee: [is('strangeDevice'), is('newPayee')],
    strange_large: [is('strangeDevice'), atLeast('amountScore', 1)],
    strange_very_large: [is('strangeDevice'), atLeast('amountScore', 2)],
    strange_large_to_new_payee: [is('strangeDevice'), is('newPayee'), atLeast('amountScore', 1)],
    strange_very_large_to_new_payee: [is('strangeDevice'), is('newPayee'), atLeast('amountScore', 2)],
    strange_to_new_person: [is('strangeDevice'), is('newPayee'), is('payeeIsPerson')],
    strange_burst: [is('strangeDevice'), atLeast('payments1h', 1), is('newPayee')],
    guest_elsewhere: [is('strangeDevice'), is('deviceGuests')],
    guest_of_many: [is('strangeDevice'), atLeast('deviceGuests', 2)],
    shared_by_many: [atLeast('deviceUsers', 3)],
    others_paying_on_it: [is('devicePayments1h'), is('strangeDevice')],
  }),
  ...family('geography', {
    new_city_strange_device: [is('newCity'), is('strangeDevice')],
    away_strange_device: [is('awayCity'), is('strangeDevice')],
    new_city_large_to_new_payee: [is('newCity'), is('newPayee'), atLeast('amountScore', 1)],
    impossible_travel: [below('cityChangeHours', 1), is('strangeDevice')],
    city_jump_large: [below('cityChangeHours', 2), is('newPayee'), atLeast('amountScore', 1)],
  }),
  ...family('night', {
    unusual_hour_large: [atLeast('hourRarity', 1), atLeast('amountScore', 1)],
    unusual_hour_large_to_new_payee: [atLeast('hourRarity', 1), atLeast('amountScore', 1.5), is('newPayee')],
    unusual_hour_strange_device: [atLeast('hourRarity', 1), is('strangeDevice')],
  }),
  ...family('factors', {
    wrong_pin_before: [is('pinFails1h')],
    wrong_pins_before: [atLeast('pinFails1h', 3)],
    wrong_pin_strange_device: [is('pinFails24h'), is('strangeDevice')],
    wrong_pin_large_to_new_payee: [is('pinFails1h'), is('newPayee'), atLeast('amountScore', 1)],
    card_bound_strange_device: [is('binds24h'), is('strangeDevice')],
    card_bound_large: [is('binds24h'), is('newPayee'), atLeast('amountScore', 1)],
    first_login_large: [is('logins24h'), is('strangeDevice'), atLeast('amountScore', 1)],
  }),
  ...family('dormant', {
    woken_large: [atLeast('quietHours', 240), atLeast('amountScore', 1.5), is('newPayee')],
    woken_strange_device: [atLeast('quietHours', 240), is('strangeDevice')],
  }),
  ...family('new_account', {
    large: [is('newAccount'), atLeast('amountScore', 1)],
    card_bound: [is('newAccount'), is('binds24h')],
    shared_device: [is('newAccount'), is('deviceUsers')],
    burst: [is('newAccount'), atLeast('payments1h', 2)],
    very_large: [is('newAccount'), atLeast('amountScore', 2)],
  }),
];
