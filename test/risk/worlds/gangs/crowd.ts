import { type Chance } from '../chance';
import { HOUR_MS, MINUTE_MS, type WorldRow } from '../row';
import { type GangsShape } from '.';

/** People who live together; the first member's id is the household's. */
export interface Household {
  readonly members: readonly string[];
  readonly town: string;
  devices: string[];
  /** Multiplies every price. */
  readonly means: number;
  /** Hours of the day with their weight. */
  readonly rhythm: readonly number[];
  readonly payees: string[];
  readonly usual: string[];
  visitingUntil: number;
  visiting: string;
}

export interface Crowd {
  readonly shape: GangsShape;
  readonly chance: Chance;
  readonly households: readonly Household[];
  readonly towns: readonly string[];
  readonly shops: readonly { readonly id: string; readonly prices: readonly number[] }[];
}

/** Weights of the 24 hours: almost nobody from 3 to 6, most from 18 to 22. */
const DAY = [2, 1, 0.6, 0.2, 0.1, 0.1, 0.6, 3, 5, 5, 5, 7, 8, 6, 5, 5, 5, 7, 10, 12, 12, 9, 7, 4];
const NIGHT_SHIFT = [6, 6, 5, 4, 3, 3, 4, 5, 3, 1, 0.5, 0.3, 0.3, 0.5, 1, 3, 5, 6, 7, 7, 6, 5, 5, 6];

export function crowd(shape: GangsShape, chance: Chance): Crowd {
  const towns = ['north', 'south', 'east', 'west', 'river', 'hill', 'port', 'lake', 'border'];
  const shops = Array.from({ length: 150 }, (_, index) => ({
    id: `S${1000 + index}`,
    prices: Array.from({ length: 5 }, () =>
      chance.pick([0.3, 0.5, 1, 1, 1.5, 2, 3, 5, 8, index % 9 ? 4 : 200]),
    ),
  }));
  const households = Array.from({ length: shape.households }, (_, index): Household => {
    const members = Array.from(
      { length: chance.whole(1, 3) },
      (_unused, member) => `P${index}${'abc'[member]}`,
    );
    return {
      members,
      town: chance.pick(towns),
      devices: shape.sharedDevices ? [`H${index}`, `H${index}x`] : members.map((member) => `H${member}`),
      means: chance.logNormal(1, 0.7),
      rhythm: chance.happens(0.06) ? NIGHT_SHIFT : DAY,
      payees: [],
      usual: chance.several(
        shops.map((shop) => shop.id),
        chance.whole(4, 10),
      ),
      visitingUntil: -1,
      visiting: '',
    };
  });
  for (const household of households) {
    household.payees.push(...chance.several(households, 5).map((other) => chance.pick(other.members)));
  }
  return { shape, chance, households, towns, shops };
}

/** What a household does in one hour. */
export function hourOf(crowd: Crowd, household: Household, hour: number, rows: WorldRow[]): void {
  const { chance, shape } = crowd;
  const local = (hour + 8) % 24;
  const weight = (household.rhythm[local] ?? 1) / 124;
  const count = chance.poisson(shape.pace * household.members.length * weight * 0.8);
  if (chance.happens(1 / (24 * 60))) {
    household.visiting = chance.pick(crowd.towns);
    household.visitingUntil = hour + chance.whole(20, 200);
  }
  // A new phone takes the place of an old one.
  if (chance.happens(household.members.length / (24 * 400))) {
    const place = chance.whole(0, household.devices.length - 1);
    household.devices = household.devices.map((device, index) => (index === place ? `${device}n` : device));
  }
  for (let left = count; left > 0; left -= 1) oneRow(crowd, household, hour, rows);
  monthly(crowd, household, hour, rows);
}

function handOf(crowd: Crowd, household: Household, member: string, hour: number) {
  const { chance, shape } = crowd;
  const own = household.devices[household.members.indexOf(member)] ?? household.devices[0] ?? '';
  return {
    user: member,
    device: shape.sharedDevices ? chance.pickEarly(household.devices, 2) : own,
    city: hour < household.visitingUntil ? household.visiting : household.town,
    fraud: false,
  };
}

function oneRow(crowd: Crowd, household: Household, hour: number, rows: WorldRow[]): void {
  const { chance, shape, shops, households } = crowd;
  const member = chance.pickEarly(household.members, 1.6);
  const hand = handOf(crowd, household, member, hour);
  const atMs = shape.startMs + hour * HOUR_MS + chance.between(2 * MINUTE_MS, HOUR_MS);
  const blank = { ...hand, payee: '', payeeKind: '' as const, amountFen: 0, story: 'everyday' };
  if (shape.logins && chance.happens(0.5)) rows.push({ ...blank, atMs: atMs - 45_000, action: 'login' });
  if (shape.logins && chance.happens(0.015)) rows.push({ ...blank, atMs: atMs - 9_000, action: 'pin_fail' });
  if (chance.happens(0.002)) rows.push({ ...blank, atMs: atMs - 60_000, action: 'bind_card' });
  const yuan = household.means * shape.priceYuan;
  if (chance.happens(0.75)) {
    const known = hour >= household.visitingUntil && chance.happens(0.8);
    const id = known ? chance.pickEarly(household.usual, 1.4) : chance.pick(shops).id;
    const shop = shops.find((one) => one.id === id);
    const amountFen = Math.max(1, Math.round(chance.pick(shop?.prices ?? [1]) * yuan * 100));
    rows.push({ ...blank, atMs, action: 'pay', payee: id, payeeKind: 'merchant', amountFen });
    return;
  }
  if (chance.happens(0.1)) household.payees.push(chance.pick(chance.pick(households).members));
  const payee = chance.pick(household.payees);
  if (payee === member) return;
  const amountFen = Math.max(1, Math.ceil(chance.logNormal(2.5, 0.9) * yuan)) * 100;
  rows.push({ ...blank, atMs, action: 'transfer', payee, payeeKind: 'person', amountFen });
}

/** Rent, wages from an employer, a dinner that one of many paid for. */
function monthly(crowd: Crowd, household: Household, hour: number, rows: WorldRow[]): void {
  const { chance, shape, households } = crowd;
  const member = household.members[0] ?? '';
  const blank = { payeeKind: 'person', fraud: false } as const;
  const atMs = (): number => shape.startMs + hour * HOUR_MS + chance.between(MINUTE_MS, HOUR_MS);
  const yuan = household.means * shape.priceYuan;
  if (hour % 720 === (member.length * 131 + (household.usual.length * 37 + 11)) % 720) {
    const amountFen = Math.round(yuan * 1.2) * 10_000;
    const hand = handOf(crowd, household, member, hour);
    rows.push({
      ...hand,
      ...blank,
      atMs: atMs(),
      action: 'transfer',
      payee: `L${household.town}${member.slice(-3)}`,
      amountFen,
      story: 'rent',
    });
  }
  if (!shape.crowds) return;
  if (hour % 720 === 150 && households.indexOf(household) % 40 === 0) {
    for (const worker of chance.several(households, 25)) {
      const amountFen = Math.round(shape.priceYuan * chance.between(250, 400)) * 100;
      rows.push({
        ...blank,
        atMs: atMs(),
        user: `E${member}`,
        device: `office-${member}`,
        city: household.town,
        action: 'transfer',
        payee: worker.members[0] ?? '',
        amountFen,
        story: 'wages',
      });
    }
  }
  if (chance.happens(1 / (24 * 90))) {
    for (const guest of chance.several(households, chance.whole(4, 12))) {
      const from = guest.members[0] ?? '';
      if (from === member) continue;
      const hand = handOf(crowd, guest, from, hour);
      const amountFen = Math.round(shape.priceYuan * 8) * 100;
      rows.push({
        ...hand,
        ...blank,
        atMs: atMs(),
        action: 'transfer',
        payee: member,
        amountFen,
        story: 'dinner',
      });
    }
  }
}
