import { DAY_MS } from '../calendar';
import { limitBelow } from './compute-amount';
import { dayOf, HOUR_MS, hourOf, MINUTE_MS, movesMoney, type RiskEvent } from './event';
import {
  PASSED_ON_MS,
  type DeviceHistory,
  type Past,
  type PayeeHistory,
  type UserHistory,
} from './histories';
import {
  NOTHING_MADE,
  NOTHING_RECEIVED,
  UNPAID,
  type Known,
  type KnownAccount,
  type KnownDevice,
  type KnownMade,
  type KnownPayee,
  type KnownReceived,
} from './known';

/** How long another account stays known on a device. */
export const DEVICE_USERS_MS = 30 * DAY_MS;
/** A payment whose amount score lies above this is a large one of its account. */
export const LARGE_SCORE = 1.5;
/** Amounts that differ by no more are nearly the same. */
const SIMILAR_SHARE = 0.08;
/** A payment so many times as large as a tiny one before it is what was tried for. */
const TRIED_FOR_TIMES = 50;
/** What a mule sends on of what it was sent. */
const PASSED_ON_LEAST = 0.75;

/** What the past in memory tells of an event. Changes nothing. */
export function gather(past: Past, event: RiskEvent): Known {
  const user = past.users.get(event.user);
  const device = event.device === '' ? undefined : past.devices.get(event.device);
  const isPayment = movesMoney(event);
  return {
    account: user === undefined ? null : accountOf(event, user),
    device: event.device === '' ? null : deviceOf(event, user, device),
    made: isPayment ? madeBefore(event, user, device) : NOTHING_MADE,
    payee: isPayment ? payeeOf(past, event, user) : UNPAID,
    received: isPayment ? receivedBy(past, event, user) : NOTHING_RECEIVED,
  };
}

function accountOf(event: RiskEvent, user: UserHistory): KnownAccount {
  const { atMs } = event;
  let homeCity = '';
  let most = 0;
  for (const [name, seen] of user.cities.entries()) {
    if (seen.payments > most) [homeCity, most] = [name, seen.payments];
  }
  let logins24h = 0;
  user.logins.visit(atMs, DAY_MS, (login) => {
    if (event.device !== '' && login.device === event.device) logins24h += 1;
  });
  const hour = hourOf(atMs);
  const isToday = user.day === dayOf(atMs);
  return {
    firstMs: user.firstMs,
    lastMs: user.lastMs,
    events: user.events,
    payments: user.payments,
    newPayees: user.newPayees,
    maxFen: user.maxFen,
    maxDayFen: isToday ? user.maxDayFen : Math.max(user.maxDayFen, user.dayFen),
    todayFen: isToday ? user.dayFen : 0,
    logSum: user.logSum,
    logSquares: user.logSquares,
    hourPayments: [hour + 23, hour, hour + 1].reduce((sum, near) => sum + (user.hours[near % 24] ?? 0), 0),
    cityFirstMs: user.cities.get(event.city)?.firstMs ?? null,
    homeCity,
    lastCity: user.lastCity,
    cityLeftMs: Number.isFinite(user.cityLeftMs) ? user.cityLeftMs : null,
    pinFails1h: user.pinFails.count(atMs, HOUR_MS),
    pinFails24h: user.pinFails.count(atMs, DAY_MS),
    binds24h: user.binds.count(atMs, DAY_MS),
    logins24h,
  };
}

function deviceOf(
  event: RiskEvent,
  user: UserHistory | undefined,
  device: DeviceHistory | undefined,
): KnownDevice {
  const { atMs } = event;
  const own = user?.devices.get(event.device);
  let users = 0;
  let guests = 0;
  let heldUsers = 0;
  for (const [name, seen] of device?.users.entries() ?? []) {
    if (name === event.user || atMs - seen.lastMs > DEVICE_USERS_MS) continue;
    users += 1;
    if (seen.guest) guests += 1;
    if (atMs - seen.heldMs <= DEVICE_USERS_MS) heldUsers += 1;
  }
  return {
    firstMs: own?.firstMs ?? null,
    payments: own?.payments ?? 0,
    isFirst: user?.firstDevice === event.device,
    hasOthers: (user?.devices.size ?? 0) > 0,
    users,
    guests,
    heldUsers,
    binds24h: device?.binds.count(atMs, DAY_MS) ?? 0,
  };
}

function madeBefore(
  event: RiskEvent,
  user: UserHistory | undefined,
  device: DeviceHistory | undefined,
): KnownMade {
  const { atMs, amountFen } = event;
  const limit = limitBelow(amountFen);
  const found: { -readonly [Name in keyof KnownMade]: KnownMade[Name] } = { ...NOTHING_MADE };
  user?.made.visit(atMs, DAY_MS, (made) => {
    const agoMs = atMs - made.atMs;
    found.payments24h += 1;
    if (agoMs <= HOUR_MS) found.payments1h += 1;
    if (agoMs <= 10 * MINUTE_MS) found.payments10m += 1;
    if (made.newPayee) found.newPayees24h += 1;
    if (made.amountScore > LARGE_SCORE) found.large24h += 1;
    if (limit > 0 && limitBelow(made.amountFen) === limit) found.belowLimit24h += 1;
    if (Math.abs(made.amountFen - amountFen) <= SIMILAR_SHARE * amountFen) found.similar24h += 1;
    if (made.payee === event.payee) found.toPayee24h += 1;
    if (made.tiny && agoMs <= HOUR_MS) found.tiny1h += 1;
    if (made.tiny && agoMs <= 3 * HOUR_MS && amountFen >= TRIED_FOR_TIMES * made.amountFen) {
      found.afterTiny = true;
    }
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

function payeeOf(past: Past, event: RiskEvent, user: UserHistory | undefined): KnownPayee {
  const { atMs } = event;
  const payee = past.payees.get(event.payee);
  const account = past.users.get(event.payee);
  const paid = user?.payees.get(event.payee);
  const payments = paid?.payments ?? 0;
  const paidFirstMs = paid !== undefined && payments > 0 ? paid.firstMs : null;
  const firstMs = Math.min(payee?.firstMs ?? atMs, account?.firstMs ?? atMs);
  const seen = payee !== undefined || account !== undefined;
  return {
    ...UNPAID,
    payments,
    paidFirstMs,
    firstMs: seen ? firstMs : null,
    ...(payee && receivedByPayee(event, payee)),
    passedOn30d: passedOnBy(account, atMs),
  };
}

const passedOnBy = (account: UserHistory | undefined, atMs: number): number =>
  account?.passedOn.count(atMs, PASSED_ON_MS) ?? 0;

function receivedByPayee(event: RiskEvent, payee: PayeeHistory): Partial<KnownPayee> {
  const { atMs } = event;
  const payers = new Map<string, { odd: boolean; held: boolean }>();
  const newcomers = new Set<string>();
  const testers = new Set<string>();
  const sums = { payments7d: 0, logSum7d: 0, logSquares7d: 0 };
  payee.received.visit(atMs, 7 * DAY_MS, (received) => {
    const { payer } = received;
    if (!received.held) {
      const log = Math.log(Math.max(1, received.amountFen));
      sums.payments7d += 1;
      sums.logSum7d += log;
      sums.logSquares7d += log * log;
    }
    if (payer === event.user) return;
    const seen = payers.get(payer);
    if (seen === undefined) payers.set(payer, { odd: received.odd, held: received.held });
    else {
      seen.odd ||= received.odd;
      seen.held ||= received.held;
    }
    if (!received.firstTime) return;
    if (atMs - received.atMs <= DAY_MS) newcomers.add(payer);
    if (atMs - received.atMs <= HOUR_MS && received.tiny) testers.add(payer);
  });
  const all = [...payers.values()];
  return {
    payers7d: payers.size,
    oddPayers7d: all.filter(({ odd }) => odd).length,
    heldPayers7d: all.filter(({ held }) => held).length,
    newPayers24h: newcomers.size,
    tinyPayers1h: testers.size,
    ...sums,
  };
}

function receivedBy(past: Past, event: RiskEvent, user: UserHistory | undefined): KnownReceived {
  const { atMs, amountFen } = event;
  const found = { fen: 0, newFen: 0, oddFen: 0, heldFen: 0, match: false };
  let newestMs: number | null = null;
  past.payees.get(event.user)?.received.visit(atMs, DAY_MS, (one) => {
    newestMs = Math.max(newestMs ?? one.atMs, one.atMs);
    found.fen += one.amountFen;
    if (one.firstTime) found.newFen += one.amountFen;
    if (one.odd) found.oddFen += one.amountFen;
    if (one.held) found.heldFen += one.amountFen;
    if (amountFen <= one.amountFen && amountFen >= PASSED_ON_LEAST * one.amountFen) found.match = true;
  });
  return { ...found, newestMs, passedOn30d: passedOnBy(user, atMs) };
}
