import { DAY_MS } from '../row';

/** How often each kind of theft happens, per 1,000 users and 30 days. */
export interface Thefts {
  readonly takeover: number;
  readonly hijackedNumber: number;
  readonly cardTesting: number;
  readonly structuring: number;
  readonly talkedInto: number;
  readonly colludingShop: number;
}

/** Everything by which one town differs from another. Shares and probabilities are from 0 to 1. */
export interface TownShape {
  readonly users: number;
  readonly days: number;
  readonly firstDayMs: number;
  readonly cities: number;
  readonly merchants: number;
  /** 1: all merchants alike; larger: most is paid to few. */
  readonly concentration: number;
  /** Payments a day of a median user, and how far users differ (sigma of a log-normal). */
  readonly paymentsPerDay: number;
  readonly activitySpread: number;
  /** Median payment in fen, how far users and payments differ. */
  readonly amountFen: number;
  readonly wealthSpread: number;
  readonly amountSpread: number;
  readonly transferShare: number;
  readonly newPayeeShare: number;
  readonly loginShare: number;
  readonly pinFailShare: number;
  readonly missingDeviceShare: number;
  readonly missingCityShare: number;
  readonly secondDeviceShare: number;
  readonly newPhonesPerYear: number;
  readonly travelsPerYear: number;
  readonly bigPurchasesPerYear: number;
  readonly rentShare: number;
  /** Day on which people send gifts; below zero: none. */
  readonly festivalDay: number;
  readonly thefts: Thefts;
  readonly thief: {
    readonly reusesDevice: number;
    readonly sameCity: number;
    readonly pinFailsMost: number;
    readonly logsIn: number;
    /** What a theft takes at once, in median payments of its victim. */
    readonly takesFrom: number;
    readonly takesTo: number;
    readonly rowsMost: number;
    readonly gapMinutes: number;
    readonly mules: number;
    readonly freshMules: number;
    /** Whether mules send on, so that their own rows are in the file. */
    readonly mulesAct: boolean;
  };
}

export const PLAIN_TOWN: TownShape = {
  users: 900,
  days: 45,
  firstDayMs: Date.UTC(2026, 0, 5) - 8 * 3_600_000,
  cities: 20,
  merchants: 600,
  concentration: 2,
  paymentsPerDay: 1.2,
  activitySpread: 0.6,
  amountFen: 3_500,
  wealthSpread: 0.6,
  amountSpread: 0.9,
  transferShare: 0.18,
  newPayeeShare: 0.12,
  loginShare: 0.35,
  pinFailShare: 0.01,
  missingDeviceShare: 0,
  missingCityShare: 0,
  secondDeviceShare: 0.1,
  newPhonesPerYear: 0.6,
  travelsPerYear: 4,
  bigPurchasesPerYear: 3,
  rentShare: 0.4,
  festivalDay: 35,
  thefts: {
    takeover: 12,
    hijackedNumber: 6,
    cardTesting: 4,
    structuring: 3,
    talkedInto: 6,
    colludingShop: 5,
  },
  thief: {
    reusesDevice: 0.5,
    sameCity: 0.2,
    pinFailsMost: 3,
    logsIn: 0.9,
    takesFrom: 8,
    takesTo: 80,
    rowsMost: 5,
    gapMinutes: 4,
    mules: 10,
    freshMules: 0.7,
    mulesAct: true,
  },
};

/** Towns that differ in scale, in habits and in what their thieves do. */
export const TOWNS: Readonly<Record<string, TownShape>> = {
  plain: PLAIN_TOWN,
  /** Large sums, few payments, many strangers paid, thieves rare and careful. */
  rich: {
    ...PLAIN_TOWN,
    users: 1_200,
    days: 60,
    amountFen: 22_000,
    amountSpread: 1.2,
    paymentsPerDay: 0.7,
    newPayeeShare: 0.3,
    festivalDay: -1,
    rentShare: 0.6,
    thefts: {
      takeover: 2,
      hijackedNumber: 1.5,
      cardTesting: 0.8,
      structuring: 0.8,
      talkedInto: 1,
      colludingShop: 0.8,
    },
    thief: {
      ...PLAIN_TOWN.thief,
      sameCity: 0.5,
      takesFrom: 4,
      takesTo: 30,
      pinFailsMost: 1,
      gapMinutes: 25,
      mules: 5,
    },
  },
  /** Small sums, very active, thieves everywhere. */
  busy: {
    ...PLAIN_TOWN,
    users: 500,
    days: 40,
    amountFen: 1_200,
    paymentsPerDay: 4,
    cities: 6,
    merchants: 80,
    concentration: 3,
    thefts: {
      takeover: 40,
      hijackedNumber: 12,
      cardTesting: 12,
      structuring: 8,
      talkedInto: 8,
      colludingShop: 10,
    },
    thief: { ...PLAIN_TOWN.thief, takesFrom: 10, takesTo: 200, mules: 25, reusesDevice: 0.8 },
  },
  /** No login and PIN rows at all, some devices and cities unknown. */
  silent: {
    ...PLAIN_TOWN,
    loginShare: 0,
    pinFailShare: 0,
    missingDeviceShare: 0.03,
    missingCityShare: 0.05,
    thief: { ...PLAIN_TOWN.thief, logsIn: 0, pinFailsMost: 0 },
  },
  /** Everybody travels, buys phones, shares devices. */
  restless: {
    ...PLAIN_TOWN,
    users: 600,
    days: 75,
    cities: 60,
    travelsPerYear: 15,
    newPhonesPerYear: 1.5,
    secondDeviceShare: 0.4,
    newPayeeShare: 0.25,
    bigPurchasesPerYear: 8,
    pinFailShare: 0.03,
    thefts: { ...PLAIN_TOWN.thefts, takeover: 20, talkedInto: 2 },
    thief: { ...PLAIN_TOWN.thief, mulesAct: false, freshMules: 0.2, mules: 20 },
  },
  /** Nothing is passed on by mules; thieves take little at a time. */
  modest: {
    ...PLAIN_TOWN,
    amountFen: 8_000,
    amountSpread: 0.6,
    wealthSpread: 0.3,
    firstDayMs: PLAIN_TOWN.firstDayMs + 200 * DAY_MS,
    thefts: { ...PLAIN_TOWN.thefts, takeover: 6 },
    thief: { ...PLAIN_TOWN.thief, takesFrom: 3, takesTo: 12, rowsMost: 8, gapMinutes: 12, mulesAct: false },
  },
};
