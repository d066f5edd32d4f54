import fc from 'fast-check';

import {
  Calibration,
  decide,
  FEATURE_NAMES,
  FeatureKeeper,
  movesMoney,
  NO_LISTS,
  Replay,
  RULE_BOOK,
  RiskEngine,
  TARGET,
  type Decision,
  type Features,
  type Lists,
  type RiskEvent,
  type Rule,
} from '../../cloud/domain/risk';

const START_MS = Date.UTC(2026, 0, 1);
const SEVERITY: Readonly<Record<Decision['verdict'], number>> = { allow: 0, challenge: 1, block: 2, lock: 3 };
const CUTOFFS = { challenge: 0, block: 200 };

const event = fc
  .record({
    gapMs: fc.integer({ min: 0, max: 40 * 3_600_000 }),
    user: fc.constantFrom('u1', 'u2', 'u3'),
    device: fc.constantFrom('', 'd1', 'd2', 'd3', 'd4'),
    city: fc.constantFrom('', 'north', 'south', 'east'),
    action: fc.constantFrom<RiskEvent['action']>('login', 'pin_fail', 'bind_card', 'pay', 'transfer', 'pay'),
    payee: fc.constantFrom('', 'm1', 'm2', 'u1', 'u3'),
    amountFen: fc.integer({ min: 0, max: 5_000_000 }),
  })
  .map((fields) => ({
    ...fields,
    payeeKind: fields.payee.startsWith('m') ? ('merchant' as const) : ('person' as const),
  }));

/** A history in order of time. */
const history = fc.array(event, { minLength: 1, maxLength: 60 }).map((events) => {
  let atMs = START_MS;
  return events.map(({ gapMs, ...fields }): RiskEvent => {
    atMs += gapMs;
    return { ...fields, atMs };
  });
});

const features = fc
  .array(fc.double({ min: -5, max: 500, noNaN: true }), {
    minLength: FEATURE_NAMES.length,
    maxLength: FEATURE_NAMES.length,
  })
  .map((values) => Object.fromEntries(FEATURE_NAMES.map((name, place) => [name, values[place]])) as Features);

const names = fc.record({
  users: fc.uniqueArray(fc.constantFrom('u1', 'u2')).map((all) => new Set(all)),
  devices: fc.uniqueArray(fc.constantFrom('d1', 'd2', '')).map((all) => new Set(all)),
  payees: fc.uniqueArray(fc.constantFrom('m1', '')).map((all) => new Set(all)),
});
const lists = fc.record({ block: names, allow: names });
const oneEvent = event.map(({ gapMs, ...fields }): RiskEvent => ({ ...fields, atMs: START_MS + gapMs }));

const judge = (judged: RiskEvent, known: Features, given: Lists, rules: readonly Rule[] = RULE_BOOK.rules) =>
  decide(judged, known, { book: { ...RULE_BOOK, rules }, lists: given, cutoffs: CUTOFFS });

const replayed = (events: readonly RiskEvent[]) => {
  const replay = new Replay({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
  return events.map((one) => replay.next(one));
};

describe('the rule book', () => {
  it('has well over twenty rules, each named once, all of them over features that exist', () => {
    const ids = RULE_BOOK.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const live = RULE_BOOK.rules.filter(
      ({ mode, points, verdict }) => mode === 'live' && (points !== 0 || verdict),
    );
    expect(live.length).toBeGreaterThan(40);
    expect(
      RULE_BOOK.rules.flatMap(({ when }) => when).every(({ feature }) => FEATURE_NAMES.includes(feature)),
    ).toBe(true);
  });

  it('lets nothing suspicious lower a score, and nothing that earns trust raise it', () => {
    for (const { family, points } of RULE_BOOK.rules) {
      expect(family === 'trust' ? points <= 0 : points >= 0).toBe(true);
    }
  });
});

describe('a decision', () => {
  it('is the same for the same event, features and policy', () => {
    fc.assert(
      fc.property(oneEvent, features, lists, (judged, known, given) => {
        expect(judge(judged, known, given)).toEqual(judge(judged, known, given));
      }),
    );
  });

  it('never becomes milder by a name on the block-list, nor harder by one on the allow-list', () => {
    fc.assert(
      fc.property(oneEvent, features, lists, lists, (judged, known, given, more) => {
        const both = (one: ReadonlySet<string>, other: ReadonlySet<string>) => new Set([...one, ...other]);
        const joined = (key: 'block' | 'allow') => ({
          users: both(given[key].users, more[key].users),
          devices: both(given[key].devices, more[key].devices),
          payees: both(given[key].payees, more[key].payees),
        });
        const before = SEVERITY[judge(judged, known, given).verdict];
        const blocked = judge(judged, known, { ...given, block: joined('block') });
        const allowed = judge(judged, known, { ...given, allow: joined('allow') });
        expect(SEVERITY[blocked.verdict]).toBeGreaterThanOrEqual(before);
        expect(SEVERITY[allowed.verdict]).toBeLessThanOrEqual(before);
      }),
    );
  });

  it('holds whatever comes from a blocked account, even one that is allowed too', () => {
    fc.assert(
      fc.property(oneEvent, features, (judged, known) => {
        const listed = { ...NO_LISTS.block, users: new Set([judged.user]) };
        const { verdict, reasons } = judge(judged, known, { block: listed, allow: listed });
        expect(SEVERITY[verdict]).toBeGreaterThanOrEqual(SEVERITY.block);
        expect(reasons).toContain('block_list:user');
      }),
    );
  });

  it('is never touched by rules in shadow, which are told beside it', () => {
    fc.assert(
      fc.property(
        oneEvent,
        features,
        fc.integer({ min: 0, max: RULE_BOOK.rules.length - 1 }),
        (judged, known, place) => {
          const without = RULE_BOOK.rules.filter((_, index) => index !== place);
          const watched = RULE_BOOK.rules.map((rule, index): Rule =>
            index === place ? { ...rule, mode: 'shadow' } : rule,
          );
          const { shadow, ...decided } = judge(judged, known, NO_LISTS, watched);
          const { shadow: others, ...expected } = judge(judged, known, NO_LISTS, without);
          expect(decided).toEqual(expected);
          expect(shadow.length - others.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('names the version of every rule that fired, and of the book', () => {
    fc.assert(
      fc.property(oneEvent, features, (judged, known) => {
        const { reasons, score, book } = judge(judged, known, NO_LISTS);
        expect(book).toBe(RULE_BOOK.version);
        const points = new Map(RULE_BOOK.rules.map((rule) => [`${rule.id}@${rule.version}`, rule.points]));
        const sum = reasons.reduce(
          (total, reason) => total + (points.get(reason) ?? Number.NaN),
          RULE_BOOK.basePoints,
        );
        expect(score).toBe(movesMoney(judged) ? sum : 0);
      }),
    );
  });

  it('locks at the fifth wrong PIN of an hour', () => {
    const fail = {
      user: 'u1',
      device: 'd1',
      city: '',
      action: 'pin_fail',
      payee: '',
      payeeKind: '',
      amountFen: 0,
    } as const;
    const verdicts = replayed(
      Array.from({ length: 5 }, (_, index) => ({ ...fail, atMs: START_MS + index * 60_000 })),
    );
    expect(verdicts.map(({ decision }) => decision.verdict)).toEqual([
      'allow',
      'allow',
      'allow',
      'allow',
      'lock',
    ]);
  });
});

describe('features', () => {
  it('are always finite numbers, whatever the history', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { features: known } of replayed(events)) {
          expect(Object.keys(known).sort()).toEqual([...FEATURE_NAMES].sort());
          expect(Object.values(known).every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });

  it('are the same however the past is cut into batches, and however often they are asked for', () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat({ max: 60 })), (events, cuts) => {
        const whole = new FeatureKeeper();
        const cut = new FeatureKeeper();
        const expected = events.map((one) => {
          const known = whole.features(one);
          whole.record(one, known, 'passed');
          return known;
        });
        const found: Features[] = [];
        const places = [0, ...cuts.filter((place) => place < events.length), events.length].sort(
          (a, b) => a - b,
        );
        places.forEach((from, index) => {
          const batch = events.slice(from, places[index + 1] ?? from);
          // The rest of a batch is looked at first, and must leave no trace.
          for (const one of batch) cut.features(one);
          for (const one of batch) {
            found.push(cut.features(one));
            cut.record(one, found.at(-1) ?? cut.features(one), 'passed');
          }
        });
        expect(found).toEqual(expected);
      }),
    );
  });

  it('give no trust to a device or payee whose payments were held', () => {
    const keeper = new FeatureKeeper();
    const pay = { user: 'u1', city: '', action: 'transfer', payeeKind: 'person', amountFen: 5_000 } as const;
    const first = { ...pay, atMs: START_MS, device: 'd1', payee: 'u2' };
    keeper.record(first, keeper.features(first), 'passed');
    const stolen = { ...pay, atMs: START_MS + 1_000, device: 'd2', payee: 'u3' };
    keeper.record(stolen, keeper.features(stolen), 'held');
    const later = keeper.features({ ...stolen, atMs: START_MS + 10 * 86_400_000 });
    expect(later).toMatchObject({ strangeDevice: 1, newPayee: 1 });
    expect(keeper.features({ ...first, atMs: START_MS + 10 * 86_400_000 })).toMatchObject({
      strangeDevice: 0,
      newPayee: 0,
    });
  });
});

describe('a replay', () => {
  it('decides the same again, and holds everything of a locked account for a day', () => {
    fc.assert(
      fc.property(history, (events) => {
        const once = replayed(events);
        expect(replayed(events)).toEqual(once);
        const lockedAt = new Map<string, number>();
        for (const { event: judged, decision, held, wasLocked } of once) {
          const sinceMs = judged.atMs - (lockedAt.get(judged.user) ?? Number.NEGATIVE_INFINITY);
          expect(wasLocked).toBe(sinceMs < 86_400_000);
          expect(held).toBe(wasLocked || decision.verdict !== 'allow');
          if (decision.verdict === 'lock' && !wasLocked) lockedAt.set(judged.user, judged.atMs);
        }
      }),
    );
  });

  it('refuses an event older than the one before', () => {
    const replay = new Replay({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
    const login = {
      user: 'u1',
      device: '',
      city: '',
      action: 'login',
      payee: '',
      payeeKind: '',
      amountFen: 0,
    } as const;
    replay.next({ ...login, atMs: START_MS });
    expect(() => replay.next({ ...login, atMs: START_MS - 1 })).toThrow(RangeError);
  });

  it('judging leaves no trace: only what is taken note of counts', () => {
    fc.assert(
      fc.property(history, (events) => {
        const engine = new RiskEngine({ book: RULE_BOOK, lists: NO_LISTS, target: TARGET });
        for (const one of events) {
          const judged = engine.judge(one);
          expect(engine.judge(one)).toEqual(judged);
          engine.take(judged, 'passed');
        }
      }),
    );
  });
});

describe('cut-offs', () => {
  it('stay in their order, whatever scores come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_000, max: 4_000 }), { maxLength: 40 }), (scores) => {
        const calibration = new Calibration(TARGET);
        for (let round = 0; round < 30; round += 1) for (const score of scores) calibration.observe(score);
        const { challenge, block } = calibration.cutoffs();
        expect(challenge).toBeLessThanOrEqual(block);
      }),
    );
  });

  it('rise where more doubtful payments come than may be held', () => {
    const calm = new Calibration(TARGET);
    const doubtful = new Calibration(TARGET);
    for (let payment = 0; payment < 20_000; payment += 1) {
      calm.observe(payment % 500 === 0 ? 600 : -800);
      doubtful.observe(payment % 50 === 0 ? 20 : -800);
    }
    expect(doubtful.cutoffs().challenge).toBeGreaterThan(calm.cutoffs().challenge);
  });
});
