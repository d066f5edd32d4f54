import { DAY_MS, HOUR_MS, MINUTE_MS, type WorldRow } from '../row';
import { phoneOf, type Person, type Town } from './people';
import { type Thefts } from './shape';

interface Hand {
  readonly user: string;
  readonly device: string;
  readonly city: string;
}

/** What the town's thieves share: devices, mules, and shops that look away. */
export class Underworld {
  private readonly mules: { readonly id: string; readonly device: string; readonly city: string }[];
  private readonly shops: string[];
  private readonly devices: string[];
  private serial = 0;

  constructor(private readonly town: Town) {
    const { chance, shape, cities } = town;
    this.mules = Array.from({ length: shape.thief.mules }, (_, index) => {
      if (chance.happens(shape.thief.freshMules)) {
        return { id: `u${shape.users + 1 + index}`, device: `dm-${index}`, city: chance.pick(cities) };
      }
      const recruit = chance.pick(town.people);
      return { id: recruit.id, device: phoneOf(recruit, 0), city: recruit.city };
    });
    this.shops = Array.from({ length: 3 }, () => chance.pick(town.merchants));
    this.devices = Array.from({ length: Math.ceil(shape.thief.mules / 2) }, (_, index) => `dx-${index}`);
  }

  /** Every theft of the town's days. */
  strike(): void {
    const { shape, chance, people } = this.town;
    const acts: Readonly<Record<keyof Thefts, (victim: Person, startMs: number) => void>> = {
      takeover: (victim, startMs) => this.takeOver(victim, startMs, 'takeover'),
      hijackedNumber: (victim, startMs) => this.takeOver(victim, startMs, 'hijacked number'),
      cardTesting: (_, startMs) => this.testCards(startMs),
      structuring: (victim, startMs) => this.structure(victim, startMs),
      talkedInto: (victim, startMs) => this.talkInto(victim, startMs),
      colludingShop: (victim, startMs) => this.takeOver(victim, startMs, 'colluding shop'),
    };
    for (const [kind, act] of Object.entries(acts)) {
      const rate = shape.thefts[kind as keyof Thefts];
      const count = chance.poisson((rate * shape.users * shape.days) / 30_000);
      for (let theft = 0; theft < count; theft += 1) {
        const day = chance.between(Math.min(3, shape.days / 4), shape.days - 0.5);
        act(chance.pick(people), shape.firstDayMs + day * DAY_MS);
      }
    }
  }

  private put(hand: Hand, row: Partial<WorldRow> & Pick<WorldRow, 'atMs' | 'action' | 'story'>): void {
    this.town.rows.push({
      payee: '',
      payeeKind: '',
      amountFen: 0,
      fraud: row.action === 'pay' || row.action === 'transfer',
      ...hand,
      ...row,
    });
  }

  private device(): string {
    const { chance, shape } = this.town;
    this.serial += 1;
    return chance.happens(shape.thief.reusesDevice) ? chance.pick(this.devices) : `dx-new-${this.serial}`;
  }

  /** The victim's account on the thief's device: in, and out with the money. */
  private takeOver(
    victim: Person,
    startMs: number,
    story: 'takeover' | 'hijacked number' | 'colluding shop',
  ): void {
    const { chance, shape, cities } = this.town;
    const { thief } = shape;
    const city = chance.happens(thief.sameCity) ? victim.city : chance.pick(cities);
    const hand = { user: victim.id, device: this.device(), city };
    let atMs = startMs;
    const fails = story === 'hijacked number' ? 0 : chance.whole(0, thief.pinFailsMost);
    if (chance.happens(thief.logsIn)) this.put(hand, { atMs, action: 'login', story });
    for (let fail = 0; fail < fails; fail += 1) {
      atMs += chance.between(5_000, 40_000);
      this.put(hand, { atMs, action: 'pin_fail', story });
    }
    if (story === 'hijacked number' && chance.happens(0.6)) {
      atMs += chance.between(MINUTE_MS, 20 * MINUTE_MS);
      this.put(hand, { atMs, action: 'bind_card', story });
    }
    if (chance.happens(0.2)) atMs += chance.between(HOUR_MS, 12 * HOUR_MS);
    const mules = chance.several(this.mules, chance.whole(1, 2));
    const shop = chance.pick(this.shops);
    for (let left = chance.whole(1, thief.rowsMost); left > 0; left -= 1) {
      atMs += chance.exponential(thief.gapMinutes * MINUTE_MS) + 10_000;
      const amountFen =
        Math.round((victim.levelFen * chance.between(thief.takesFrom, thief.takesTo)) / 10_000) * 10_000 +
        10_000;
      if (story === 'colluding shop') {
        this.put(hand, { atMs, action: 'pay', payee: shop, payeeKind: 'merchant', amountFen, story });
      } else {
        const mule = chance.pick(mules);
        this.put(hand, { atMs, action: 'transfer', payee: mule.id, payeeKind: 'person', amountFen, story });
        if (thief.mulesAct && chance.happens(0.7)) this.passOn(mule, atMs, amountFen);
      }
    }
  }

  /** A mule sends on what it was sent, less its wages. */
  private passOn(mule: Underworld['mules'][number], receivedMs: number, amountFen: number): void {
    const { chance } = this.town;
    const hand = { user: mule.id, device: mule.device, city: mule.city };
    const atMs = receivedMs + chance.between(3 * MINUTE_MS, 45 * MINUTE_MS);
    const sent = Math.round(amountFen * chance.between(0.85, 0.98));
    const story = 'mule';
    if (chance.happens(0.5)) {
      const payee = chance.pick(this.shops);
      this.put(hand, { atMs, action: 'pay', payee, payeeKind: 'merchant', amountFen: sent, story });
    } else {
      const payee = chance.pick(this.mules).id;
      if (payee === mule.id) return;
      this.put(hand, { atMs, action: 'transfer', payee, payeeKind: 'person', amountFen: sent, story });
    }
  }

  /** Cards from a list, tried one by one with next to nothing; what works is emptied. */
  private testCards(startMs: number): void {
    const { chance, shape, cities, merchants } = this.town;
    const story = 'card testing';
    this.serial += 1;
    const hand = {
      user: chance.happens(0.6) ? `u${shape.users + 500 + this.serial}` : chance.pick(this.town.people).id,
      device: this.device(),
      city: chance.pick(cities),
    };
    const shop = chance.pick(merchants);
    let atMs = startMs;
    for (let card = chance.whole(3, 9); card > 0; card -= 1) {
      atMs += chance.between(20_000, 4 * MINUTE_MS);
      if (chance.happens(0.7)) this.put(hand, { atMs, action: 'bind_card', story });
      atMs += chance.between(5_000, 60_000);
      const amountFen = chance.whole(1, 300);
      this.put(hand, { atMs, action: 'pay', payee: shop, payeeKind: 'merchant', amountFen, story });
    }
    for (let big = chance.whole(1, 3); big > 0; big -= 1) {
      atMs += chance.between(2 * MINUTE_MS, 30 * MINUTE_MS);
      const amountFen = Math.round(shape.amountFen * chance.between(20, 100));
      const payee = chance.pick(this.shops);
      this.put(hand, { atMs, action: 'pay', payee, payeeKind: 'merchant', amountFen, story });
    }
  }

  /** Many transfers just below a limit, from a device that has always been there. */
  private structure(launderer: Person, startMs: number): void {
    const { chance, shape } = this.town;
    const day = (startMs - shape.firstDayMs) / DAY_MS;
    const hand = { user: launderer.id, device: phoneOf(launderer, day), city: launderer.city };
    const limit = chance.pick([100_000, 200_000, 500_000, 1_000_000]) * (shape.amountFen > 10_000 ? 5 : 1);
    let atMs = startMs;
    for (let left = chance.whole(4, 10); left > 0; left -= 1) {
      atMs += chance.between(3 * MINUTE_MS, 90 * MINUTE_MS);
      const amountFen = Math.round(limit * chance.between(0.93, 0.999));
      const payee = chance.pick(this.mules).id;
      if (payee === launderer.id) continue;
      this.put(hand, {
        atMs,
        action: 'transfer',
        payee,
        payeeKind: 'person',
        amountFen,
        story: 'structuring',
      });
    }
  }

  /** The victims do it themselves, in good faith: larger and larger sums to somebody new. */
  private talkInto(victim: Person, startMs: number): void {
    const { chance, shape } = this.town;
    const day = (startMs - shape.firstDayMs) / DAY_MS;
    const hand = { user: victim.id, device: phoneOf(victim, day), city: victim.city };
    const mule = chance.pick(this.mules);
    if (mule.id === victim.id) return;
    let atMs = startMs;
    let amountFen = victim.levelFen * chance.between(shape.thief.takesFrom, shape.thief.takesTo);
    for (let left = chance.whole(1, 4); left > 0; left -= 1) {
      atMs += chance.between(5 * MINUTE_MS, 5 * HOUR_MS);
      const sum = Math.round(amountFen / 10_000) * 10_000 + 10_000;
      this.put(hand, {
        atMs,
        action: 'transfer',
        payee: mule.id,
        payeeKind: 'person',
        amountFen: sum,
        story: 'talked into',
      });
      if (shape.thief.mulesAct && chance.happens(0.7)) this.passOn(mule, atMs, sum);
      amountFen *= chance.between(1, 2);
    }
  }
}
