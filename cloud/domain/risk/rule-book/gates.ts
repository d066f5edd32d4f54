import { type Rule } from '../rules';
import { atLeast, is } from './conditions';

/**
 * Rules with a verdict of their own, whatever a score says. Only they lock, and only accounts that are bad themselves or
 * whose PIN is being guessed: a lock of an old account would stop its owner too, while a thief on a strange device is
 * held without it, by the device and payee of what was held before.
 */
export const GATES: readonly Rule[] = [
  {
    id: 'factors.fifth_wrong_pin',
    version: 1,
    family: 'factors',
    mode: 'live',
    actions: ['pin_fail'],
    when: [atLeast('pinFails1h', 4)],
    points: 0,
    verdict: 'lock',
  },
  {
    id: 'factors.fifth_wrong_pin_of_a_day_on_strange_device',
    version: 1,
    family: 'factors',
    mode: 'live',
    actions: ['pin_fail'],
    when: [atLeast('pinFails24h', 4), is('strangeDevice')],
    points: 0,
    verdict: 'lock',
  },
  {
    id: 'device.login_on_strange_device_far_away',
    version: 1,
    family: 'device',
    mode: 'live',
    actions: ['login'],
    when: [is('strangeDevice'), is('newCity')],
    points: 0,
    verdict: 'challenge',
  },
  {
    id: 'known_bad.login_on_device_of_many_held',
    version: 1,
    family: 'known_bad',
    mode: 'live',
    actions: ['login', 'bind_card'],
    when: [is('strangeDevice'), atLeast('deviceHeldUsers', 2)],
    points: 0,
    verdict: 'block',
  },
  {
    id: 'card_testing.fourth_card_of_a_day_on_device',
    version: 1,
    family: 'card_testing',
    mode: 'live',
    actions: ['bind_card'],
    when: [atLeast('deviceBinds24h', 3)],
    points: 0,
    verdict: 'challenge',
  },
  {
    id: 'new_account.cards_tried',
    version: 1,
    family: 'new_account',
    mode: 'live',
    actions: ['pay'],
    when: [is('newAccount'), atLeast('deviceBinds24h', 3), is('held24h')],
    points: 0,
    verdict: 'lock',
  },
  {
    id: 'new_account.held_thrice',
    version: 1,
    family: 'new_account',
    mode: 'live',
    actions: ['pay', 'transfer'],
    when: [is('newAccount'), atLeast('held24h', 3)],
    points: 0,
    verdict: 'lock',
  },
];
