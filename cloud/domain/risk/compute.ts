import { DAY_MS } from '../calendar';
import { amountFeatures, limitBelow } from './compute-amount';
import { payeeFeatures, passingOn } from './compute-payee';
import { HOUR_MS, hourOf, MINUTE_MS, movesMoney, type RiskEvent } from './event';
import { FEATURE_NAMES, type Features } from './features';
import { type DeviceHistory, type Past, type UserHistory } from './histories';

/** A device is the account's own once payments went through on it for so long. */
const TRUSTED_AFTER_MS = 3 * DAY_MS;
/** The account has to have been seen so often before a city can be new to it. */
const CITY_EVENTS = 4;
/** How many payments at the average hour are taken for granted. */
const HOUR_PRIOR = 6;

const NOTHING = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Features;
const yes = (truth: boolean): number => (truth ? 1 : 0);

/** Every feature of an event, from what was recorded before it. */
export function featuresOf(past: Past, event: RiskEvent): Features {
  const user = past.users.get(event.user);
  const device = event.device === '' ? undefined : past.devices.get(event.device);
  const shared = {
    ...NOTHING,
    cityChangeHours: 999,
    receivedMinutes: 9_999,
    ...accountFeatures(past, event, user),
    ...deviceFeatures(event, user, device),
  };
  if (!movesMoney(event)) return shared;
  const amounts = amountFeatures(past, event, user);
  return {
    ...shared,
    ...amounts,
    hourRarity: hourRarity(past, event, user),
    ...madeBefore(event, user, device, amounts.tiny === 1),
    ...payeeFeatures(past, event, user),
    ...passingOn(past, event),
  };
}

function accountFeatures(past: Past, event: RiskEvent, user: UserHistory | undefined): Partial<Features> {
  const { atMs, city } = event;
  const storeAgeMs = past.firstMs === undefined ? 0 : atMs - past.firstMs;
  const ageMs = user === undefined ? 0 : atMs - user.firstMs;
  const newAccount = yes(ageMs < 2 * DAY_MS && storeAgeMs > 7 * DAY_MS);
  if (user === undefined) return { newAccount };
  let home = '';
  let most = 0;
  for (const [name, seen] of user.cities.entries()) {
    if (seen.payments > most) [home, most] = [name, seen.payments];
  }
  const moved = city !== '' && user.lastCity !== '' && city !== user.lastCity;
  return {
    newAccount,
    userPayments: user.payments,
    userAgeHours: ageMs / HOUR_MS,
    quietHours: (atMs - user.lastMs) / HOUR_MS,
    newCity: yes(city !== '' && user.events >= CITY_EVENTS && user.cities.get(city) === undefined),
    awayCity: yes(city !== '' && home !== '' && city !== home),
    cityChangeHours: moved
      ? (atMs - user.lastMs) / HOUR_MS
      : city === ''
        ? 999
        : Math.min(999, (atMs - user.cityLeftMs) / HOUR_MS),
    pinFails1h: user.pinFails.count(atMs, HOUR_MS),
    pinFails24h: user.pinFails.count(atMs, DAY_MS),
    binds24h: user.binds.count(atMs, DAY_MS),
  };
}

function deviceFeatures(
  event: RiskEvent,
  user: UserHistory | undefined,
  device: DeviceHistory | undefined,
): Partial<Features> {
  const { atMs } = event;
  if (event.device === '') return {};
  const known = user?.devices.get(event.device);
  const trusted =
    user === undefined ||
    user.devices.size === 0 ||
    event.device === user.firstDevice ||
    (known !== undefined && known.payments > 0 && atMs - known.firstMs > TRUSTED_AFTER_MS);
  let deviceUsers = 0;
  let deviceGuests = 0;
  let deviceHeldUsers = 0;
  for (const [name, seen] of device?.users.entries() ?? []) {
    if (name === event.user || atMs - seen.lastMs > 30 * DAY_MS) continue;
    deviceUsers += 1;
    if (seen.guest) deviceGuests += 1;
    if (seen.held) deviceHeldUsers += 1;
  }
  let logins24h = 0;
  user?.logins.visit(atMs, DAY_MS, (login) => {
    logins24h += yes(login.device === event.device);
  });
  return {
    strangeDevice: yes(!trusted),
    deviceAgeHours: known === undefined ? 0 : (atMs - known.firstMs) / HOUR_MS,
    devicePayments: known?.payments ?? 0,
    deviceUsers,
    deviceGuests,
    deviceHeldUsers,
    logins24h,
    deviceBinds24h: device?.binds.count(atMs, DAY_MS) ?? 0,
  };
}

/** Payments just before this one, by the account and on the device. */
function madeBefore(
  event: RiskEvent,
  user: UserHistory | undefined,
  device: DeviceHistory | undefined,
  tiny: boolean,
): Partial<Features> {
  const { atMs, amountFen } = event;
  const limit = limitBelow(amountFen);
  const found = {
    payments10m: 0,
    payments1h: 0,
    payments24h: 0,
    newPayees24h: 0,
    large24h: 0,
    devicePayments1h: 0,
    belowLimit24h: yes(limit > 0),
    similar24h: 0,
    tiny1h: yes(tiny),
    afterTiny: 0,
    held24h: 0,
    heldHere24h: 0,
  };
  user?.made.visit(atMs, DAY_MS, (made) => {
    const agoMs = atMs - made.atMs;
    found.payments24h += 1;
    if (agoMs <= HOUR_MS) found.payments1h += 1;
    if (agoMs <= 10 * MINUTE_MS) found.payments10m += 1;
    if (made.newPayee) found.newPayees24h += 1;
    if (made.amountScore > 1.5) found.large24h += 1;
    if (limit > 0 && limitBelow(made.amountFen) === limit) found.belowLimit24h += 1;
    if (Math.abs(made.amountFen - amountFen) <= 0.08 * amountFen) found.similar24h += 1;
    if (made.tiny && agoMs <= HOUR_MS) found.tiny1h += 1;
    if (made.tiny && agoMs <= 3 * HOUR_MS && amountFen >= 50 * made.amountFen) found.afterTiny = 1;
    if (made.held) {
      found.held24h += 1;
      if (made.payee === event.payee || (made.device !== '' && made.device === event.device)) {
        found.heldHere24h += 1;
      }
    }
  });
  device?.made.visit(atMs, HOUR_MS, (made) => {
    if (made.user === event.user) return;
    found.devicePayments1h += 1;
    if (made.tiny) found.tiny1h += 1;
  });
  return found;
}

function hourRarity(past: Past, event: RiskEvent, user: UserHistory | undefined): number {
  const hour = hourOf(event.atMs);
  const { population } = past;
  const expected = (place: number): number => population.hourWeight((place + 24) % 24);
  let own = 0;
  let usual = 0;
  for (let near = hour - 1; near <= hour + 1; near += 1) {
    own += user?.hours[(near + 24) % 24] ?? 0;
    usual += expected(near) / 24;
  }
  const payments = user?.payments ?? 0;
  const share = (own + HOUR_PRIOR * usual) / (payments + HOUR_PRIOR);
  return Math.max(0, -Math.log(share * 8));
}
