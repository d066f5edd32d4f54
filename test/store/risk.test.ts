import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  Calibration,
  decide,
  featuresOf,
  FeatureKeeper,
  limitBelow,
  movesMoney,
  NO_LISTS,
  Population,
  RULE_BOOK,
  TARGET,
  traceOf,
  type Features,
  type RiskEvent,
} from '../../cloud/domain/risk';
import {
  putOnList,
  readKnown,
  readRiskState,
  recordEvent,
  rollUpRisk,
  takeOffList,
} from '../../cloud/store/risk';
import { riskInvariants } from '../../cloud/store/invariants/risk';
import { gangs, GANGS, type GangsShape } from '../risk/worlds/gangs';
import { storeOfTests } from '../support/store';

const store = storeOfTests();

/** Events of a small world, at whole ms as the database keeps them. */
const worldEvents = (seed: number, count: number): RiskEvent[] =>
  gangs({ ...(GANGS.bold as GangsShape), households: 8 }, seed)
    .slice(0, count)
    .map(({ story: _story, fraud: _fraud, ...rest }) => ({ ...rest, atMs: Math.floor(rest.atMs) }));
const START_MS = Date.UTC(2026, 0, 1);

/** What was stopped once and what was not, without regard to scores, so that both histories are full of both. */
const isHeld = (event: RiskEvent): boolean =>
  (movesMoney(event) || event.action === 'bind_card') && event.amountFen % 5 === 0;

/** Judges events one by one by what the database knows, and keeps them; their features. */
async function throughStore(events: readonly RiskEvent[]): Promise<Features[]> {
  const population = new Population();
  const found: Features[] = [];
  for (const event of events) {
    const { known } = await readKnown(store.db, event);
    const features = featuresOf(known, population, event);
    found.push(features);
    const decision = decide(event, features, {
      book: RULE_BOOK,
      lists: NO_LISTS,
      cutoffs: { challenge: 100, block: 200 },
    });
    const trace = movesMoney(event) ? traceOf(event, features, population) : null;
    const held = isHeld(event);
    await recordEvent(store.db, { id: uuidv7(), event, orderId: null, decision, held, trace });
    population.firstMs ??= event.atMs;
    if (trace !== null && !held) {
      population.add(event, Math.floor(event.atMs / 3_600_000 + 8) % 24, trace.newPayee);
    }
  }
  return found;
}

function throughMemory(events: readonly RiskEvent[]): Features[] {
  const keeper = new FeatureKeeper();
  return events.map((event) => {
    const features = keeper.features(event);
    keeper.record(event, features, isHeld(event) ? 'held' : 'passed');
    return features;
  });
}

function expectSame(found: readonly Features[], expected: readonly Features[]): void {
  const rounded = (all: readonly Features[]) =>
    all.map((features) =>
      Object.fromEntries(
        Object.entries(features).map(([name, value]) => [name, Number(value.toPrecision(9))]),
      ),
    );
  expect(rounded(found)).toEqual(rounded(expected));
}

const event = fc
  .record({
    gapMs: fc.oneof(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 0, max: 5 * 86_400_000 })),
    user: fc.constantFrom('u1', 'u2', 'u3'),
    device: fc.constantFrom('', 'd1', 'd2', 'd3'),
    city: fc.constantFrom('', 'north', 'south', 'east'),
    action: fc.constantFrom<RiskEvent['action']>('login', 'pin_fail', 'bind_card', 'pay', 'transfer', 'pay'),
    payee: fc.constantFrom('m1', 'm2', 'u1', 'u3'),
    amountFen: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5_000_000 })),
  })
  .map((fields) => ({
    ...fields,
    payeeKind: fields.payee.startsWith('m') ? ('merchant' as const) : ('person' as const),
  }));

const clear = (): Promise<unknown> => sql`truncate risk_events, risk_state`.execute(store.db);

describe('features in SQL', () => {
  beforeEach(clear);

  it('are those in memory, whatever the history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 40 }), async (fields) => {
        await clear();
        let atMs = START_MS;
        const events = fields.map(({ gapMs, ...rest }): RiskEvent => ({ ...rest, atMs: (atMs += gapMs) }));
        expectSame(await throughStore(events), throughMemory(events));
      }),
      { numRuns: 12 },
    );
  });

  it('are those in memory, in a world of people and thieves', async () => {
    const events = worldEvents(1_001, 400);
    expectSame(await throughStore(events), throughMemory(events));
  });

  it('know who passes on at once what it is paid', async () => {
    const at = (minutes: number): number => START_MS + minutes * 60_000;
    const pay = (minutes: number, user: string, payee: string, amountFen: number): RiskEvent => ({
      atMs: at(minutes),
      user,
      device: `d-${user}`,
      city: '',
      action: 'transfer',
      payee,
      payeeKind: 'person',
      amountFen,
    });
    const events = [
      pay(0, 'u1', 'u3', 80_000),
      pay(30, 'u3', 'u4', 70_000),
      pay(60, 'u2', 'u3', 50_000),
      pay(180, 'u3', 'u4', 45_000),
      pay(29 * 1_440, 'u2', 'u3', 50_000),
      pay(31 * 1_440, 'u2', 'u3', 50_000),
    ];
    const found = await throughStore(events);
    expectSame(found, throughMemory(events));
    expect(found.map(({ payeePassedOn30d, passedOn30d }) => [payeePassedOn30d, passedOn30d])).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
      // Two hours later is not at once.
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it('find the limit that an amount lies just below as the domain does', async () => {
    const edges = [9_000, 10_000, 18_000, 20_000, 45_000, 50_000, 90_000, 100_000, 1_000_000];
    const amounts = fc.oneof(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 })).map(([edge, off]) => edge + off),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(amounts, { minLength: 50, maxLength: 50 }), async (all) => {
        const { rows } = await sql<{ edge: number }>`
          select risk_limit_below(amount) as edge
            from unnest(${all}::bigint[]) with ordinality as given (amount, place) order by place`.execute(
          store.db,
        );
        expect(rows.map(({ edge }) => edge)).toEqual(all.map(limitBelow));
      }),
    );
  });
});

describe('what is usual among everybody', () => {
  beforeEach(clear);

  it('is rolled up from events, each once, in however many steps', async () => {
    const events = worldEvents(1_002, 150);
    await throughStore(events);
    const now = new Date((events.at(-1)?.atMs ?? 0) + 1_000);
    const keeper = new FeatureKeeper();
    for (const one of events) keeper.record(one, keeper.features(one), isHeld(one) ? 'held' : 'passed');
    const roll = { target: TARGET, limit: 40, now };
    expect(
      await rollUpRisk(store.db, { ...roll, until: new Date(events[99]?.atMs ?? 0), limit: 1_000 }),
    ).toBe(99);
    const steps: number[] = [];
    do steps.push(await rollUpRisk(store.db, { ...roll, until: now }));
    while (steps.at(-1) === roll.limit);
    expect(steps).toEqual([40, 11]);
    expect(await rollUpRisk(store.db, { ...roll, until: now })).toBe(0);
    const { population, calibration } = await readRiskState(store.db, TARGET);
    const scores = await store.db
      .selectFrom('riskEvents')
      .select('score')
      .where('amountFen', 'is not', null)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const expected = new Calibration(TARGET);
    for (const { score } of scores) expected.observe(score);
    expect(calibration.state()).toEqual(expected.state());
    expect(population.state()).toEqual(keeper.population.state());
  });
});

describe('lists', () => {
  it('keep a trail of who changed what, in which a changed row is found', async () => {
    const name = { list: 'block', subject: 'device', name: `d-${uuidv7()}` } as const;
    const changer = { operator: 'alice', note: 'reported by a bank', now: new Date() };
    await putOnList(store.db, { ...name, ...changer, caseId: null });
    expect(await takeOffList(store.db, { ...name, ...changer, note: 'cleared' })).toBe(true);
    expect(await takeOffList(store.db, { ...name, ...changer })).toBe(false);
    const { rows } = await sql<{ action: string; chained: boolean }>`
      select action, hash = risk_audit_hash(previous_hash, subject, action, actor, note, content_hash, at)
          and previous_hash = coalesce(lag(hash) over (order by id), '') as chained
        from risk_audit order by id`.execute(store.db);
    expect(rows).toEqual([
      { action: 'listed', chained: true },
      { action: 'unlisted', chained: true },
    ]);
    await expect(sql`update risk_audit set note = 'other'`.execute(store.db)).rejects.toThrow('append-only');
    const found: object[] = [];
    const changed = store.db.transaction().execute(async (db) => {
      await sql`alter table risk_audit disable trigger risk_audit_is_append_only`.execute(db);
      await sql`update risk_audit set note = 'other' where action = 'listed'`.execute(db);
      for (const { violations } of riskInvariants) {
        found.push(...(await db.executeQuery<object>(violations.compile(db))).rows);
      }
      throw new Error('as it was');
    });
    await expect(changed).rejects.toThrow('as it was');
    expect(found).toEqual([{ violation: expect.stringContaining('trail of risk control') as string }]);
  });
});
