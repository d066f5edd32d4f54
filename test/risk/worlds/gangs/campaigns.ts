import { HOUR_MS, MINUTE_MS, type WorldRow } from '../row';
import { type Crowd, type Household } from './crowd';

interface Gang {
  readonly name: string;
  readonly devices: readonly string[];
  readonly drops: readonly string[];
  readonly shop: string;
  readonly town: string;
}

/** One gang's campaign: some days of work on a list of victims, with its own devices, drops and shop. */
export function campaign(crowd: Crowd, number: number, rows: WorldRow[]): void {
  const { chance, shape, households, shops, towns } = crowd;
  const gang: Gang = {
    name: `G${number}`,
    devices: Array.from({ length: chance.whole(2, 8) }, (_, index) => `X${number}-${index}`),
    drops: Array.from({ length: chance.whole(2, 6) }, (_, index) => `Q${number}${index}`),
    shop: chance.pick(shops).id,
    town: chance.pick(towns),
  };
  const startHour = chance.between(shape.hours * 0.1, shape.hours * 0.75);
  const lengthHours = chance.between(30, Math.min(240, shape.hours * 0.2));
  const newestMs = shape.startMs + shape.hours * HOUR_MS;
  const before = rows.length;
  for (const victim of chance.several(households, shape.victimsPerGang)) {
    const atMs = shape.startMs + (startHour + chance.between(0, lengthHours)) * HOUR_MS;
    const method = chance.pick(shape.methods);
    if (method === 'story') story(crowd, gang, victim, atMs, rows);
    else if (method === 'cards') cards(crowd, gang, atMs, rows);
    else if (method === 'smurfs') smurfs(crowd, gang, atMs, rows);
    else intrude(crowd, gang, victim, atMs, method, rows);
  }
  // What drops were given leaves them soon.
  for (const row of rows.slice(before)) {
    if (row.action !== 'transfer' || !gang.drops.includes(row.payee) || chance.happens(0.5)) continue;
    rows.push({
      atMs: row.atMs + chance.between(5 * MINUTE_MS, 3 * HOUR_MS),
      user: row.payee,
      device: `drop-${row.payee}`,
      city: gang.town,
      action: 'pay',
      payee: gang.shop,
      payeeKind: 'merchant',
      amountFen: Math.round(row.amountFen * 0.96),
      fraud: true,
      story: 'drop',
    });
  }
  for (let place = rows.length - 1; place >= before; place -= 1) {
    if ((rows[place]?.atMs ?? 0) >= newestMs) rows.splice(place, 1);
  }
}

/** In with a phished password, with a stolen phone, or through a shop that works for the gang. */
function intrude(
  crowd: Crowd,
  gang: Gang,
  victim: Household,
  startMs: number,
  method: 'phishing' | 'stolen phone' | 'shop',
  rows: WorldRow[],
): void {
  const { chance, shape } = crowd;
  const user = chance.pick(victim.members);
  const stolen = method === 'stolen phone';
  const hand = {
    user,
    device: stolen ? (victim.devices[0] ?? '') : chance.pick(gang.devices),
    city: stolen ? victim.town : gang.town,
  };
  const blank = { ...hand, payee: '', payeeKind: '' as const, amountFen: 0, fraud: false, story: method };
  let atMs = startMs;
  if (shape.logins) {
    if (!stolen) rows.push({ ...blank, atMs, action: 'login' });
    for (let tries = chance.whole(0, stolen ? 4 : 1); tries > 0; tries -= 1) {
      atMs += chance.between(4_000, 60_000);
      rows.push({ ...blank, atMs, action: 'pin_fail' });
    }
  }
  const monthYuan = victim.means * shape.priceYuan * 120 * shape.greed;
  for (let left = chance.whole(1, 6); left > 0; left -= 1) {
    atMs += chance.happens(0.8)
      ? chance.between(30_000, 15 * MINUTE_MS)
      : chance.between(HOUR_MS, 9 * HOUR_MS);
    const amountFen = Math.max(1, Math.round(monthYuan * chance.between(0.2, 1.3))) * 100;
    const direct = method === 'shop' || (stolen && chance.happens(0.7));
    const payee = direct ? gang.shop : chance.pick(gang.drops);
    rows.push({
      ...blank,
      atMs,
      action: direct ? 'pay' : 'transfer',
      payee,
      payeeKind: direct ? 'merchant' : 'person',
      amountFen,
      fraud: true,
    });
  }
}

/** A voice on the telephone: the victim sends it all, in slices. */
function story(crowd: Crowd, gang: Gang, victim: Household, startMs: number, rows: WorldRow[]): void {
  const { chance, shape } = crowd;
  const payee = chance.pick(gang.drops);
  let atMs = startMs;
  for (let left = chance.whole(1, 5); left > 0; left -= 1) {
    atMs += chance.between(4 * MINUTE_MS, 60 * MINUTE_MS);
    const yuan = victim.means * shape.priceYuan * 150 * shape.greed * chance.between(0.5, 2);
    rows.push({
      atMs,
      user: victim.members[0] ?? '',
      device: victim.devices[0] ?? '',
      city: victim.town,
      action: 'transfer',
      payee,
      payeeKind: 'person',
      amountFen: Math.max(1, Math.round(yuan)) * 100,
      fraud: true,
      story: 'story',
    });
  }
}

/** Stolen cards: bound and tried on one device under several names. */
function cards(crowd: Crowd, gang: Gang, startMs: number, rows: WorldRow[]): void {
  const { chance, shape, shops } = crowd;
  const device = chance.pick(gang.devices);
  const shop = chance.pick(shops).id;
  let atMs = startMs;
  for (let name = chance.whole(1, 4); name > 0; name -= 1) {
    const user = `${gang.name}-${Math.floor(startMs / 1000) % 100_000}-${name}`;
    const hand = { user, device, city: gang.town, story: 'cards' };
    for (let card = chance.whole(1, 4); card > 0; card -= 1) {
      atMs += chance.between(10_000, 3 * MINUTE_MS);
      const bound = { ...hand, payee: '', payeeKind: '' as const, amountFen: 0, fraud: false };
      rows.push({ ...bound, atMs, action: 'bind_card' });
      atMs += chance.between(5_000, MINUTE_MS);
      const paid = { ...hand, payee: shop, payeeKind: 'merchant' as const, fraud: true };
      rows.push({ ...paid, atMs, action: 'pay', amountFen: chance.whole(1, 100) });
      if (chance.happens(0.4)) {
        atMs += chance.between(MINUTE_MS, 10 * MINUTE_MS);
        const amountFen = Math.round(shape.priceYuan * chance.between(20, 90)) * 100;
        rows.push({ ...paid, atMs, action: 'pay', payee: gang.shop, amountFen });
      }
    }
  }
}

/** Fresh accounts send round sums less a little, again and again. */
function smurfs(crowd: Crowd, gang: Gang, startMs: number, rows: WorldRow[]): void {
  const { chance, shape } = crowd;
  const user = `${gang.name}s${chance.whole(1, 5)}`;
  const limitYuan = chance.pick([1_000, 5_000, 10_000, 50_000]) * (shape.priceYuan < 10 ? 0.2 : 1);
  let atMs = startMs;
  for (let left = chance.whole(3, 9); left > 0; left -= 1) {
    atMs += chance.between(2 * MINUTE_MS, 40 * MINUTE_MS);
    rows.push({
      atMs,
      user,
      device: chance.pick(gang.devices),
      city: gang.town,
      action: 'transfer',
      payee: chance.pick(gang.drops),
      payeeKind: 'person',
      amountFen: Math.round(limitYuan * 100 - chance.between(1, limitYuan * 8)),
      fraud: true,
      story: 'smurfs',
    });
  }
}
