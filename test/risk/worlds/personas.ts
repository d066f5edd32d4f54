import { Chance } from './chance';
import { DAY_MS, HOUR_MS, inOrder, MINUTE_MS, type WorldRow } from './row';

/** Yuan that a category costs, from and to, and how often it is bought in a week. */
type Habit = readonly [category: string, from: number, to: number, perWeek: number];

interface Persona {
  readonly habits: readonly Habit[];
  readonly friendsPaidPerWeek: number;
  readonly rentYuan: number;
  readonly wakes: number;
  readonly sleeps: number;
}

const STUDENT: Persona = {
  habits: [
    ['canteen', 6, 22, 9],
    ['milk tea', 9, 24, 3],
    ['books', 20, 120, 0.4],
    ['games', 6, 328, 0.5],
  ],
  friendsPaidPerWeek: 2,
  rentYuan: 0,
  wakes: 8,
  sleeps: 25,
};
const WORKER: Persona = {
  habits: [
    ['breakfast', 4, 15, 5],
    ['lunch', 18, 45, 5],
    ['metro', 3, 9, 8],
    ['market', 40, 260, 2],
    ['clothes', 99, 899, 0.4],
    ['appliance', 1_500, 9_000, 0.03],
  ],
  friendsPaidPerWeek: 1,
  rentYuan: 2_800,
  wakes: 6.5,
  sleeps: 23,
};
const RETIRED: Persona = {
  habits: [
    ['market', 10, 90, 6],
    ['pharmacy', 20, 300, 0.6],
    ['tours', 800, 6_000, 0.04],
  ],
  friendsPaidPerWeek: 0.4,
  rentYuan: 0,
  wakes: 5,
  sleeps: 21,
};
const TRADER: Persona = {
  habits: [
    ['wholesale', 500, 6_000, 2],
    ['lunch', 15, 60, 6],
    ['fuel', 200, 420, 1],
    ['parcel', 8, 90, 4],
  ],
  friendsPaidPerWeek: 3,
  rentYuan: 6_500,
  wakes: 6,
  sleeps: 24,
};

interface Resident {
  readonly name: string;
  readonly persona: Persona;
  readonly home: string;
  readonly thrift: number;
  readonly circle: string[];
  phone: string;
}

const DAYS = 90;
const BEGIN_MS = Date.UTC(2026, 5, 1) - 8 * HOUR_MS;
const CITIES = ['Beijing', 'Shanghai', 'Shenzhen', 'Chengdu', 'Wuhan', "Xi'an", 'Harbin', 'Kunming'];

/** Written last and apart from the others, to see whether what was fitted on them holds here too; nothing is fitted on it. */
export function personas(seed: number): WorldRow[] {
  const chance = new Chance(seed, 3);
  const rows: WorldRow[] = [];
  const residents = Array.from({ length: 700 }, (_, index): Resident => {
    const persona = chance.pick([STUDENT, STUDENT, WORKER, WORKER, WORKER, WORKER, RETIRED, TRADER]);
    const home = chance.pickEarly(CITIES, 1.3);
    const circle = Array.from({ length: 5 }, () => `wx${chance.whole(1, 700)}`);
    return {
      name: `wx${index + 1}`,
      persona,
      home,
      thrift: chance.between(0.6, 1.7),
      circle,
      phone: `imei${index}`,
    };
  });
  for (const resident of residents) ordinaryLife(chance, resident, rows);
  crimes(chance, residents, rows);
  return inOrder(rows);
}

function ordinaryLife(chance: Chance, one: Resident, rows: WorldRow[]): void {
  const { persona } = one;
  const newPhoneDay = chance.happens(0.2) ? chance.whole(5, DAYS) : -1;
  const tripDay = chance.happens(0.6) ? chance.whole(0, DAYS) : -1;
  const tripDays = chance.whole(2, 9);
  const tripCity = chance.pick(CITIES);
  const landlord = `landlord${chance.whole(1, 60)}`;
  for (let day = 0; day < DAYS; day += 1) {
    if (day === newPhoneDay) one.phone = `${one.phone}-2`;
    const away = tripDay >= 0 && day >= tripDay && day < tripDay + tripDays;
    const city = away ? tripCity : one.home;
    const hand = { user: one.name, device: one.phone, city, fraud: false };
    const when = (): number => {
      const hour = persona.wakes + (persona.sleeps - persona.wakes) * ((chance.unit() + chance.unit()) / 2);
      return BEGIN_MS + day * DAY_MS + hour * HOUR_MS;
    };
    const none = { payee: '', payeeKind: '' as const, amountFen: 0, story: 'daily' };
    if (chance.happens(day === newPhoneDay ? 1 : 0.5)) {
      const atMs = BEGIN_MS + day * DAY_MS + persona.wakes * HOUR_MS;
      rows.push({ ...hand, ...none, atMs, action: 'login' });
    }
    if (chance.happens(0.008)) {
      let atMs = when();
      for (let fails = chance.whole(1, 3); fails > 0; fails -= 1, atMs += 15_000) {
        rows.push({ ...hand, ...none, atMs, action: 'pin_fail' });
      }
    }
    if (chance.happens(0.003)) rows.push({ ...hand, ...none, atMs: when(), action: 'bind_card' });
    for (const [category, from, to, perWeek] of persona.habits) {
      for (let left = chance.poisson(perWeek / 7); left > 0; left -= 1) {
        const yuan = Math.min(to * 2, from + (to - from) * chance.unit() ** 1.7) * one.thrift;
        const shop = `${category}-${away ? tripCity : one.home}-${Math.ceil(6 * chance.unit() ** 2)}`;
        const paid = {
          payee: shop,
          payeeKind: 'merchant' as const,
          amountFen: Math.max(1, Math.round(yuan * 100)),
        };
        rows.push({ ...hand, ...paid, atMs: when(), action: 'pay', story: away ? 'trip' : category });
      }
    }
    const give = (payee: string, yuan: number, story: string): void => {
      if (payee === one.name) return;
      const amountFen = Math.max(1, Math.round(yuan)) * 100;
      rows.push({ ...hand, atMs: when(), action: 'transfer', payee, payeeKind: 'person', amountFen, story });
    };
    for (let left = chance.poisson(persona.friendsPaidPerWeek / 7); left > 0; left -= 1) {
      if (chance.happens(0.15)) one.circle.push(`wx${chance.whole(1, 700)}`);
      give(chance.pick(one.circle), chance.logNormal(60 * one.thrift, 1), 'friends');
    }
    if (persona.rentYuan > 0 && day % 30 === 4) give(landlord, persona.rentYuan * one.thrift, 'rent');
    if (day === 74)
      for (const friend of one.circle)
        if (chance.happens(0.5)) give(friend, chance.pick([66, 88, 200, 520]), 'festival');
  }
}

function crimes(chance: Chance, residents: readonly Resident[], rows: WorldRow[]): void {
  const drops = Array.from({ length: 14 }, (_, index) =>
    index < 4 ? `wx${index * 150 + 7}` : `new${index}`,
  );
  const shop = 'phone-cards-Shenzhen-1';
  const somewhen = (): number => BEGIN_MS + chance.between(6, DAYS - 1) * DAY_MS;
  const commit = (
    hand: { user: string; device: string; city: string },
    atMs: number,
    payee: string,
    yuan: number,
    story: string,
  ): void => {
    const isShop = payee.includes('-');
    rows.push({
      ...hand,
      atMs,
      action: isShop ? 'pay' : 'transfer',
      payee,
      payeeKind: isShop ? 'merchant' : 'person',
      amountFen: Math.max(1, Math.round(yuan * 100)),
      fraud: true,
      story,
    });
    // A drop draws out what it got: at the shop, or through the next drop.
    if (isShop || !drops.includes(payee) || chance.happens(0.4)) return;
    const index = drops.indexOf(payee);
    const dropHand = { user: payee, device: `burner${index}`, city: CITIES[index % 8] ?? '' };
    const outMs = atMs + chance.between(4, 90) * MINUTE_MS;
    const out = { ...dropHand, atMs: outMs, amountFen: Math.round(yuan * 95), fraud: true, story: 'drop' };
    if (index % 2 === 0) rows.push({ ...out, action: 'pay', payee: shop, payeeKind: 'merchant' });
    else rows.push({ ...out, action: 'transfer', payee: drops[(index + 1) % 14] ?? '', payeeKind: 'person' });
  };
  const quiet = { payee: '', payeeKind: '' as const, amountFen: 0, fraud: false };
  for (let theft = 0; theft < 40; theft += 1) {
    const victim = chance.pick(residents);
    const local = chance.happens(0.3);
    const hand = {
      user: victim.name,
      device: `rooted${chance.whole(1, 30)}`,
      city: local ? victim.home : chance.pick(CITIES),
    };
    const hijacked = theft % 3 === 0;
    const story = hijacked ? 'hijacked number' : 'takeover';
    let atMs = somewhen();
    rows.push({ ...hand, ...quiet, atMs, action: 'login', story });
    for (let fails = hijacked ? 0 : chance.whole(0, 3); fails > 0; fails -= 1) {
      atMs += 20_000;
      rows.push({ ...hand, ...quiet, atMs, action: 'pin_fail', story });
    }
    if (hijacked) rows.push({ ...hand, ...quiet, atMs: atMs + MINUTE_MS, action: 'bind_card', story });
    const drop = chance.pick(drops);
    for (let slice = chance.whole(2, 6); slice > 0; slice -= 1) {
      atMs += chance.between(1, 25) * MINUTE_MS;
      commit(
        hand,
        atMs,
        chance.happens(0.25) ? shop : drop,
        chance.between(300, 5_000) * victim.thrift,
        story,
      );
    }
  }
  for (let scam = 0; scam < 14; scam += 1) {
    const victim = chance.pick(residents);
    const drop = chance.pick(drops);
    let atMs = somewhen();
    let yuan = chance.between(500, 3_000);
    for (let more = chance.whole(1, 5); more > 0; more -= 1) {
      commit({ user: victim.name, device: victim.phone, city: victim.home }, atMs, drop, yuan, 'scam');
      atMs += chance.between(10, 600) * MINUTE_MS;
      yuan *= chance.between(1, 2.2);
    }
  }
  for (let tester = 0; tester < 10; tester += 1) {
    const hand = {
      user: `tester${tester}`,
      device: `rooted${chance.whole(1, 30)}`,
      city: chance.pick(CITIES),
    };
    let atMs = somewhen();
    for (let card = chance.whole(4, 12); card > 0; card -= 1) {
      atMs += chance.between(20, 200) * 1_000;
      rows.push({ ...hand, ...quiet, atMs, action: 'bind_card', story: 'cards' });
      commit(hand, atMs + 9_000, 'games-Beijing-1', chance.between(0.01, 2), 'cards');
    }
    commit(hand, atMs + 8 * MINUTE_MS, shop, chance.between(900, 4_000), 'cards');
  }
  for (let smurf = 0; smurf < 8; smurf += 1) {
    const one = chance.pick(residents);
    let atMs = somewhen();
    for (let piece = chance.whole(4, 9); piece > 0; piece -= 1) {
      atMs += chance.between(5, 240) * MINUTE_MS;
      const hand = { user: one.name, device: one.phone, city: one.home };
      commit(hand, atMs, chance.pick(drops), chance.between(4_600, 4_995), 'structuring');
    }
  }
}
