import { DAY_MS } from '../calendar';
import { amountFeatures, limitBelow } from './compute-amount';
import { HOUR_MS, hourOf, MINUTE_MS, movesMoney, type RiskEvent } from './event';
import { FEATURE_NAMES, type Features } from './features';
import { type Known, type KnownAccount, type KnownDevice, type KnownPayee } from './known';
import { type Population } from './population';

/** A device is the account's own, and a payee one of its own, once payments went through on or to it for so long. */
const TRUSTED_AFTER_MS = 3 * DAY_MS;
/** A city is new for so long: whoever breaks in signs in first, and is seen there by that alone. */
const CITY_NEW_MS = DAY_MS;
/** The account has to have been seen so often before a city can be new to it. */
const CITY_EVENTS = 4;
/** How many payments at the average hour are taken for granted. */
const HOUR_PRIOR = 6;
/** How many ordinary payers a payee is given before it has its own. */
const PAYERS_PRIOR = 2;
/** How many payments to new payees an account is given, at everybody's share. */
const NOVELTY_PRIOR = 4;
/** A payee's usual amount is known from so many payments on. */
const PAYEE_PAYMENTS = 5;

/** The features of an event of which nothing is known. */
export const NOTHING_KNOWN: Features = {
  ...(Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Features),
  cityChangeHours: 999,
  receivedMinutes: 9_999,
};
const yes = (truth: boolean): number => (truth ? 1 : 0);

/** Every feature of an event, from what is known of the past and what is usual among everybody. */
export function featuresOf(known: Known, population: Population, event: RiskEvent): Features {
  const shared = {
    ...NOTHING_KNOWN,
    ...accountFeatures(known.account, population, event),
    ...(known.device && deviceFeatures(known.device, known.account, event)),
  };
  if (!movesMoney(event)) return shared;
  const amounts = amountFeatures(known.account, population, event);
  const { made } = known;
  return {
    ...shared,
    ...amounts,
    ...made,
    hourRarity: hourRarity(known.account, population, event),
    belowLimit24h: made.belowLimit24h + yes(limitBelow(event.amountFen) > 0),
    tiny1h: made.tiny1h + amounts.tiny,
    afterTiny: yes(made.afterTiny),
    ...payeeFeatures(known, population, event),
    ...passingOn(known, event),
  };
}

function accountFeatures(
  account: KnownAccount | null,
  population: Population,
  event: RiskEvent,
): Partial<Features> {
  const { atMs, city } = event;
  const storeAgeMs = population.firstMs === undefined ? 0 : atMs - population.firstMs;
  const ageMs = account === null ? 0 : atMs - account.firstMs;
  const newAccount = yes(ageMs < 2 * DAY_MS && storeAgeMs > 7 * DAY_MS);
  if (account === null) return { newAccount };
  return {
    newAccount,
    userPayments: account.payments,
    userAgeHours: ageMs / HOUR_MS,
    quietHours: (atMs - account.lastMs) / HOUR_MS,
    newCity: yes(
      city !== '' &&
        account.events >= CITY_EVENTS &&
        (account.cityFirstMs === null || atMs - account.cityFirstMs <= CITY_NEW_MS),
    ),
    awayCity: yes(city !== '' && account.homeCity !== '' && city !== account.homeCity),
    cityChangeHours: cityChangeHours(account, event),
    pinFails1h: account.pinFails1h,
    pinFails24h: account.pinFails24h,
    binds24h: account.binds24h,
  };
}

function cityChangeHours(account: KnownAccount, { atMs, city }: RiskEvent): number {
  if (city === '') return 999;
  const leftMs = account.lastCity !== '' && city !== account.lastCity ? account.lastMs : account.cityLeftMs;
  return leftMs === null ? 999 : Math.min(999, (atMs - leftMs) / HOUR_MS);
}

function deviceFeatures(
  device: KnownDevice,
  account: KnownAccount | null,
  { atMs }: RiskEvent,
): Partial<Features> {
  const trusted =
    account === null ||
    !device.hasOthers ||
    device.isFirst ||
    (device.firstMs !== null && device.payments > 0 && atMs - device.firstMs > TRUSTED_AFTER_MS);
  return {
    strangeDevice: yes(!trusted),
    deviceAgeHours: device.firstMs === null ? 0 : (atMs - device.firstMs) / HOUR_MS,
    devicePayments: device.payments,
    deviceUsers: device.users,
    deviceGuests: device.guests,
    deviceHeldUsers: device.heldUsers,
    logins24h: account?.logins24h ?? 0,
    deviceBinds24h: device.binds24h,
  };
}

function hourRarity(account: KnownAccount | null, population: Population, event: RiskEvent): number {
  const hour = hourOf(event.atMs);
  let usual = 0;
  for (let near = hour - 1; near <= hour + 1; near += 1)
    usual += population.hourWeight((near + 24) % 24) / 24;
  const share = ((account?.hourPayments ?? 0) + HOUR_PRIOR * usual) / ((account?.payments ?? 0) + HOUR_PRIOR);
  return Math.max(0, -Math.log(share * 8));
}

/** What is known of the payee, by this payer and by others. */
function payeeFeatures(
  { account, payee }: Known,
  population: Population,
  event: RiskEvent,
): Partial<Features> {
  const { atMs } = event;
  const newPayee = payee.paidFirstMs === null || atMs - payee.paidFirstMs <= TRUSTED_AFTER_MS;
  const share =
    ((account?.newPayees ?? 0) + NOVELTY_PRIOR * population.newPayeeShare) /
    ((account?.payments ?? 0) + NOVELTY_PRIOR);
  return {
    newPayee: yes(newPayee),
    payeePayments: payee.payments,
    newPayeeOdds: newPayee ? Math.max(0, 1 - share) : 0,
    payeeAgeHours: payee.firstMs === null ? 0 : (atMs - payee.firstMs) / HOUR_MS,
    payeeIsPerson: yes(event.payeeKind === 'person'),
    payeePayers7d: payee.payers7d,
    payeeOddPayers7d: payee.oddPayers7d,
    payeeOddShare: payee.oddPayers7d / (payee.payers7d + PAYERS_PRIOR),
    payeeHeldPayers7d: payee.heldPayers7d,
    payeeHeldShare: payee.heldPayers7d / (payee.payers7d + PAYERS_PRIOR),
    payeePayers24h: payee.newPayers24h,
    payeeTiny1h: payee.tinyPayers1h,
    payeePassedOn30d: payee.passedOn30d,
    payeeAmountScore: payeeAmountScore(payee, event.amountFen),
  };
}

function payeeAmountScore(payee: KnownPayee, amountFen: number): number {
  const { payments7d: count, logSum7d, logSquares7d } = payee;
  if (count < PAYEE_PAYMENTS) return 0;
  const mean = logSum7d / count;
  const spread = (logSquares7d - count * mean ** 2 + 3) / (count + 3);
  return (Math.log(Math.max(1, amountFen)) - mean) / Math.sqrt(Math.max(0.1, spread));
}

/** Whether the account sends on what it was just sent. */
function passingOn({ received }: Known, { atMs, amountFen }: RiskEvent): Partial<Features> {
  const inRelation = (sum: number): number => Math.min(1, sum / Math.max(1, amountFen));
  return {
    received24hShare: inRelation(received.fen),
    receivedNewShare: inRelation(received.newFen),
    receivedOddShare: inRelation(received.oddFen),
    receivedHeldShare: inRelation(received.heldFen),
    receivedMinutes:
      received.newestMs === null ? 9_999 : Math.min(9_999, (atMs - received.newestMs) / MINUTE_MS),
    receivedMatch: yes(received.match),
    passedOn30d: received.passedOn30d,
  };
}
