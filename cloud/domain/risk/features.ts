/**
 * What rules look at, each defined here once and computed from history alone: nothing of it needs the future, a label,
 * or more than the records that `keeper.ts` keeps. Hours and counts are plain numbers, yes and no are 1 and 0. An unknown
 * device or city is neither new nor known: its features are 0, as those of a payment are where no money moves.
 */
export const FEATURES = {
  // The account
  userPayments: 'payments of the account so far',
  userAgeHours: 'hours since the account was first seen',
  quietHours: 'hours since the account was last seen, 0 for the first time',
  newAccount: '1 where the account is younger than two days while the whole store is older than a week',

  // The device
  strangeDevice:
    '1 where the account has used other devices, and this one only lately or only in held payments',
  deviceAgeHours: 'hours since the account first used the device',
  devicePayments: 'payments that went through from the account on the device',
  deviceUsers: 'other accounts on the device in its last 30 days',
  deviceGuests: 'other accounts to which the device is strange: that had another device before it',
  deviceHeldUsers: 'other accounts with held payments on the device',

  // The place
  newCity: '1 where the account was often seen, in this city never or within a day before at most',
  awayCity: '1 where the city is not the one in which the account is seen most',
  cityChangeHours: 'hours since the account was last seen in another city; 999 where the city did not change',

  // The time of day
  hourRarity: 'how unusual the hour is for the account, in e-folds below the average hour, never below 0',

  // Factors
  pinFails1h: 'wrong PINs of the account within an hour',
  pinFails24h: 'wrong PINs of the account within a day',
  logins24h: 'logins on this device within a day',
  binds24h: 'cards bound by the account within a day',
  deviceBinds24h: 'cards bound on the device within a day, by anybody',

  // The amount
  amountScore:
    'standard deviations of ln(amount) above what is usual for the account and the kind of payment',
  amountOverMax: 'amount in relation to the largest before it (of everybody where the account is young)',
  amountRank: 'share of payments of the kind by anybody that are smaller, 0 to 1',
  daySumOverMax: 'sum of 24 hours with this payment in relation to the largest sum of a day before',

  // Velocity
  payments10m: 'payments of the account within ten minutes before',
  payments1h: 'payments within an hour before',
  payments24h: 'payments within a day before',
  newPayees24h: 'of these, to somebody never paid before',
  large24h: 'of these, with an amount score above 1.5',
  devicePayments1h: 'payments of other accounts on the device within an hour before',

  // The payee
  newPayee: '1 where the account never paid the payee, only lately (three days), or only in held payments',
  payeePayments: 'payments of the account to the payee that went through',
  toPayee24h: 'payments of the account to the payee within a day before',
  newPayeeOdds:
    'how unusual a new payee is for the account: 1 minus its own share of new payees; 0 for a known one',
  payeeAgeHours: 'hours since anybody paid the payee, or since it was seen as an account',
  payeePayers7d: 'other payers of the payee within seven days',
  payeeOddPayers7d: 'of these, with a first payment that was large for them or came from a strange device',
  payeeOddShare: 'odd payers in relation to all payers, smoothed',
  payeeHeldPayers7d: 'of these payers, with a held payment',
  payeeHeldShare: 'held payers in relation to all payers, smoothed',
  payeePayers24h: 'other first-time payers of the payee within a day',
  payeePassedOn30d: 'payments of the payee within 30 days that passed on at once what it was paid',
  payeeIsPerson: '1 for a person',
  payeeAmountScore: 'standard deviations of ln(amount) above what the payee usually receives',

  // Passing on
  received24hShare: 'received within a day in relation to the amount, at most 1',
  receivedNewShare:
    'received within a day from payers to whom the account was new, in relation to the amount, at most 1',
  receivedOddShare: 'received within a day from odd payers in relation to the amount, at most 1',
  receivedHeldShare: 'received within a day in held payments in relation to the amount, at most 1',
  receivedMinutes: 'minutes since the account last received something; 9999 where it did not within a day',
  receivedMatch: '1 where the amount is 75 % to 100 % of one receipt of the last 24 hours',
  passedOn30d: 'payments of the account within 30 days that passed on at once what it was paid',

  // Structuring
  belowLimit:
    '1 where the amount is less than 10 % below 1, 2 or 5 times a power of ten yuan, not smaller than 100 yuan',
  belowLimit24h: 'payments within a day just below the same limit, with this one',
  similar24h: 'payments within a day of nearly (8 %) this amount, without this one',

  // Card testing
  tiny: '1 where the amount is among the smallest 2 % of its kind, or below a yuan',
  tiny1h: 'tiny payments of the account or on the device within an hour, with this one',
  afterTiny: '1 where a tiny payment within three hours came before an amount 50 times as large',
  payeeTiny1h: 'other first-time payers with tiny payments to the payee within an hour',

  // What was found before
  held24h: 'held payments of the account within a day',
  heldHere24h: 'of these, on the same device or to the same payee',
} as const;

/** Features that are known of any event; the others are what they are without a past (0, 9999 minutes) where no money moves. */
export const KNOWN_WITHOUT_MONEY: ReadonlySet<string> = new Set([
  'userPayments',
  'userAgeHours',
  'quietHours',
  'newAccount',
  'strangeDevice',
  'deviceAgeHours',
  'devicePayments',
  'deviceUsers',
  'deviceGuests',
  'deviceHeldUsers',
  'newCity',
  'awayCity',
  'cityChangeHours',
  'pinFails1h',
  'pinFails24h',
  'logins24h',
  'binds24h',
  'deviceBinds24h',
] satisfies (keyof typeof FEATURES)[]);

export type FeatureName = keyof typeof FEATURES;
export type Features = Readonly<Record<FeatureName, number>>;

export const FEATURE_NAMES = Object.keys(FEATURES) as FeatureName[];
