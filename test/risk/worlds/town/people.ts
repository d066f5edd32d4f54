import { type Chance } from '../chance';
import { DAY_MS, HOUR_MS, MINUTE_MS, type WorldRow } from '../row';
import { type TownShape } from './shape';

/** Somebody who lives in the town. */
export interface Person {
  readonly id: string;
  readonly city: string;
  /** Median payment in fen. */
  readonly levelFen: number;
  readonly paymentsPerDay: number;
  readonly payday: number;
  readonly friends: string[];
  readonly shops: string[];
  readonly landlord: string | undefined;
  /** What is used from day to day, by the day it was first used. */
  readonly phones: { readonly id: string; readonly fromDay: number }[];
  readonly secondDevice: string | undefined;
  readonly early: boolean;
}

export interface Town {
  readonly shape: TownShape;
  readonly chance: Chance;
  readonly people: readonly Person[];
  readonly cities: readonly string[];
  readonly merchants: readonly string[];
  readonly rows: WorldRow[];
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

export function settle(shape: TownShape, chance: Chance): Town {
  const cities = names('city-', shape.cities);
  const merchants = names('m', shape.merchants);
  const ids = names('u', shape.users);
  const people = ids.map((id): Person => {
    const phones = [{ id: `d-${id}`, fromDay: 0 }];
    const changes = chance.poisson((shape.newPhonesPerYear * shape.days) / 365);
    for (let change = 1; change <= changes; change += 1) {
      phones.push({ id: `d-${id}-${change}`, fromDay: chance.whole(1, shape.days) });
    }
    return {
      id,
      city: chance.pickEarly(cities, 1.5),
      levelFen: chance.logNormal(shape.amountFen, shape.wealthSpread),
      paymentsPerDay: chance.logNormal(shape.paymentsPerDay, shape.activitySpread),
      payday: chance.pick([5, 8, 10, 15, 25]),
      friends: chance.several(ids, chance.whole(3, 9)).filter((friend) => friend !== id),
      shops: Array.from({ length: 6 }, () => chance.pickEarly(merchants, shape.concentration)),
      landlord: chance.happens(shape.rentShare)
        ? `landlord-${chance.whole(1, Math.ceil(shape.users / 6))}`
        : undefined,
      phones: phones.sort((one, other) => one.fromDay - other.fromDay),
      secondDevice: chance.happens(shape.secondDeviceShare) ? `t-${id}` : undefined,
      early: chance.happens(0.5),
    };
  });
  return { shape, chance, people, cities, merchants, rows: [] };
}

/** The phone of a day. */
export const phoneOf = (person: Person, day: number): string =>
  person.phones.findLast((phone) => phone.fromDay <= day)?.id ?? `d-${person.id}`;

/** An instant of a day when people are awake, most in the evening. */
function wakingMs(town: Town, person: Person, day: number): number {
  const { chance, shape } = town;
  const hour = chance.happens(0.03)
    ? chance.between(0, 6)
    : chance.pick(person.early ? [7, 8, 9, 11, 12, 13, 17, 18, 19] : [10, 12, 13, 18, 19, 20, 21, 22, 23]);
  return shape.firstDayMs + day * DAY_MS + (hour + chance.unit()) * HOUR_MS;
}

/** Ten fen, or whole yuan where somebody chose the sum. */
const priced = (fen: number, round: boolean): number =>
  round ? Math.max(100, Math.round(fen / 1_000) * 1_000) : Math.max(1, Math.round(fen));

/** All that one honest person does. */
export function live(town: Town, person: Person): void {
  const { shape, chance, rows } = town;
  const friends = [...person.friends];
  const shops = [...person.shops];
  let awayUntil = -1;
  let away = person.city;
  const put = (
    atMs: number,
    day: number,
    city: string,
    what: Pick<WorldRow, 'action' | 'payee' | 'payeeKind' | 'amountFen' | 'story'>,
  ): void => {
    const device =
      person.secondDevice !== undefined && chance.happens(0.25) ? person.secondDevice : phoneOf(person, day);
    const base = {
      user: person.id,
      device: chance.happens(shape.missingDeviceShare) ? '' : device,
      city: chance.happens(shape.missingCityShare) ? '' : city,
      fraud: false,
    };
    const extra = { ...base, payee: '', payeeKind: '' as const, amountFen: 0, story: what.story };
    const changed = person.phones.some((phone) => phone.fromDay === day && phone.fromDay > 0);
    if (chance.happens(changed ? shape.loginShare * 2 : shape.loginShare)) {
      rows.push({ ...extra, atMs: atMs - chance.between(10_000, 2 * MINUTE_MS), action: 'login' });
    }
    while (chance.happens(shape.pinFailShare)) {
      rows.push({ ...extra, atMs: atMs - chance.between(2_000, 10_000), action: 'pin_fail' });
    }
    rows.push({ ...base, ...what, atMs });
  };
  for (let day = 0; day < shape.days; day += 1) {
    if (day > awayUntil && chance.happens(shape.travelsPerYear / 365)) {
      awayUntil = day + chance.whole(1, 6);
      away = chance.pick(town.cities);
    }
    const city = day <= awayUntil ? away : person.city;
    const monthDay = day % 30;
    const lately = monthDay - person.payday;
    const flush = lately >= 0 && lately < 3 ? 1.7 : 1;
    const wake = (): number => wakingMs(town, person, day);
    for (let left = chance.poisson(person.paymentsPerDay * flush); left > 0; left -= 1) {
      const fen = chance.logNormal(person.levelFen, shape.amountSpread);
      if (chance.happens(shape.transferShare)) {
        if (chance.happens(shape.newPayeeShare)) friends.push(chance.pick(town.people).id);
        const payee = chance.happens(0.5) ? chance.pickEarly(friends, 2) : (friends.at(-1) ?? person.id);
        if (payee === person.id) continue;
        const what = { action: 'transfer', payee, payeeKind: 'person', story: 'gift or debt' } as const;
        put(wake(), day, city, { ...what, amountFen: priced(fen * 2, true) });
      } else {
        const stranger = city !== person.city || chance.happens(shape.newPayeeShare * 2);
        if (stranger) shops.push(chance.pickEarly(town.merchants, shape.concentration));
        const payee = stranger ? (shops.at(-1) ?? 'm1') : chance.pickEarly(shops, 1.5);
        const story = city === person.city ? 'shopping' : 'travel';
        put(wake(), day, city, {
          action: 'pay',
          payee,
          payeeKind: 'merchant',
          amountFen: priced(fen, false),
          story,
        });
      }
    }
    if (chance.happens(0.004)) {
      const base = { user: person.id, device: phoneOf(person, day), city, fraud: false } as const;
      rows.push({
        ...base,
        atMs: wake(),
        action: 'bind_card',
        payee: '',
        payeeKind: '',
        amountFen: 0,
        story: 'card',
      });
    }
    if (person.landlord !== undefined && monthDay === (person.payday + 2) % 30) {
      const what = {
        action: 'transfer',
        payee: person.landlord,
        payeeKind: 'person',
        story: 'rent',
      } as const;
      put(wake(), day, city, { ...what, amountFen: priced(person.levelFen * 50, true) });
    }
    if (chance.happens(shape.bigPurchasesPerYear / 365)) {
      const amountFen = priced(person.levelFen * chance.between(20, 150), false);
      const payee = chance.pickEarly(town.merchants, shape.concentration);
      put(wake(), day, city, {
        action: 'pay',
        payee,
        payeeKind: 'merchant',
        amountFen,
        story: 'big purchase',
      });
    }
    if (day === shape.festivalDay && chance.happens(0.7)) {
      for (let gifts = chance.whole(1, 8); gifts > 0; gifts -= 1) {
        const payee = chance.happens(0.8) ? chance.pick(friends) : chance.pick(town.people).id;
        const amountFen = chance.pick([6_600, 8_800, 10_000, 16_800, 18_800, 20_000, 66_600]);
        if (payee === person.id) continue;
        put(wake(), day, city, {
          action: 'transfer',
          payee,
          payeeKind: 'person',
          amountFen,
          story: 'festival',
        });
      }
    }
  }
}
