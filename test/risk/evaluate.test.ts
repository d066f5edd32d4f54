import { Readable } from 'node:stream';

import fc from 'fast-check';

import { movesMoney } from '../../cloud/domain/risk';
import { evaluateFile, evaluateRows } from '../../cloud/local/risk/evaluate';
import { readInstant, readRows, RowError, type LabelledEvent } from '../../cloud/local/risk/rows';
import { Score } from '../../cloud/local/risk/score';
import { judgeWorld, Tally } from './judge';
import { JUDGING, TUNING } from './worlds';
import { gangs, GANGS, type GangsShape } from './worlds/gangs';
import { linesOf, type WorldRow } from './worlds/row';
import { town } from './worlds/town';
import { PLAIN_TOWN } from './worlds/town/shape';

const HEADER = 'at,user,device,city,action,payee,payee_kind,amount,is_fraud';
const GOOD = '2026-01-31T08:00:00Z,u1,d1,north,pay,m1,merchant,1200,0';

const fileOf = (lines: Iterable<string>): Readable => Readable.from([...lines].map((line) => `${line}\n`));

async function read(lines: Iterable<string>): Promise<LabelledEvent[]> {
  const rows: LabelledEvent[] = [];
  for await (const row of readRows(fileOf(lines))) rows.push(row);
  return rows;
}

/** Judged on a seed that no points were fitted on. */
const SEED = 1_001;
const small: GangsShape = { ...(GANGS.bold as GangsShape), households: 160 };
const smallTown = { ...PLAIN_TOWN, users: 60 };
let worldRows: WorldRow[];
let verdicts: Tally;

beforeAll(() => {
  worldRows = gangs(small, SEED);
  verdicts = new Tally();
  judgeWorld(worldRows, verdicts);
});

describe('the judging worlds', () => {
  it('share no seed with those that points were fitted on', () => {
    const tuned = new Set(TUNING.map(({ seed }) => seed));
    expect(JUDGING.filter(({ seed }) => tuned.has(seed))).toEqual([]);
  });

  it('are the same for the same seed, and in order of time', () => {
    expect(gangs(small, SEED)).toEqual(worldRows);
    expect(town(smallTown, 7)).not.toEqual(town(smallTown, 8));
    for (const rows of [worldRows, town(smallTown, 7)]) {
      expect(rows.every(({ atMs }, place) => atMs >= (rows[place - 1]?.atMs ?? 0))).toBe(true);
    }
  });

  it('are judged well: most thefts are held, and hardly anybody else', () => {
    const { recall, fp_per_1000: held } = verdicts.figures;
    expect(recall).toBeGreaterThan(0.88);
    expect(held).toBeLessThan(1);
  });
});

describe('an evaluation', () => {
  it('reads from a file exactly what was judged in memory', async () => {
    let now = 0;
    const { rows, precision, recall, f1, fp_per_1000, p50, p99 } = await evaluateFile(
      fileOf(linesOf(worldRows)),
      () => (now += 0.5),
      () => undefined,
    );
    expect(rows).toBe(worldRows.length);
    expect({ precision, recall, f1, fp_per_1000 }).toEqual(verdicts.figures);
    expect({ p50, p99 }).toEqual({ p50: 0.5, p99: 0.5 });
  });

  it('decides the same whatever the labels say, and whatever the order of the file', () => {
    const theft = worldRows.findIndex(({ fraud }) => fraud);
    const labelled = (flip: boolean): LabelledEvent[] =>
      worldRows.slice(theft - 3_000, theft + 3_000).map(({ story: _story, fraud, ...event }) => ({
        event,
        isFraud: movesMoney(event) ? fraud !== flip : undefined,
      }));
    const evaluate = (rows: readonly LabelledEvent[]) =>
      evaluateRows(
        rows,
        () => 0,
        () => undefined,
      );
    const before = evaluate(labelled(false));
    expect(before.recall).toBeGreaterThan(0.5);
    const flipped = evaluate(labelled(true));
    expect(flipped.recall).toBeCloseTo(before.fp_per_1000 / 1_000, 3);
    expect(flipped.fp_per_1000 / 1_000).toBeCloseTo(before.recall, 3);
    expect(evaluate(labelled(false).reverse())).toEqual(before);
  });

  it('counts as the figures are defined', () => {
    const score = new Score();
    for (const [fraud, held] of [
      [true, true],
      [true, true],
      [true, false],
      [false, true],
      [false, false],
      [false, false],
      [false, false],
    ] as const) {
      score.add(fraud, held);
    }
    expect(score.figures()).toEqual({ precision: 0.6667, recall: 0.6667, f1: 0.6667, fp_per_1000: 250 });
    expect(new Score().figures()).toEqual({ precision: 1, recall: 1, f1: 1, fp_per_1000: 0 });
  });
});

describe('a labelled file', () => {
  it('may have columns in any order, a byte order mark, quotes, and rows without money', async () => {
    const rows = await read([
      '\uFEFFuser,at,device,city,action,payee,payee_kind,amount,is_fraud',
      '"u,1",2026-01-31T08:00:00.5+08:00,,,login,,,,',
      'u2,2026-01-31 00:00:01Z,d,c,transfer,u1,person,5,1',
    ]);
    const atMs = Date.UTC(2026, 0, 31);
    expect(rows[0]).toMatchObject({
      event: { atMs: atMs + 500, user: 'u,1', amountFen: 0 },
      isFraud: undefined,
    });
    expect(rows[1]).toMatchObject({ event: { atMs: atMs + 1_000, amountFen: 5 }, isFraud: true });
  });

  it.each([
    ['an instant', GOOD.replace('2026-01-31', '2026-02-30'), 'line 3: at must be an ISO instant'],
    ['an account', GOOD.replace('u1', ''), 'line 3: user must be'],
    ['an action', GOOD.replace('pay,', 'steal,'), 'line 3: action must be login'],
    ['a kind', GOOD.replace('merchant', 'dog'), 'line 3: payee_kind must be'],
    [
      'a whole amount',
      GOOD.replace('1200', '12.5'),
      'line 3: amount must be a whole number of fen, not "12.5"',
    ],
    ['a label', GOOD.replace(/0$/, ''), 'line 3: is_fraud must be 0 or 1'],
    ['its columns', GOOD.replace(',0', ''), 'on line 3'],
  ])('with a row that lacks %s is refused with its line', async (_, line, message) => {
    await expect(read([HEADER, GOOD, line])).rejects.toThrow(RowError);
    await expect(read([HEADER, GOOD, line])).rejects.toThrow(message);
  });

  it('without a column is refused by its name', async () => {
    await expect(read([HEADER.replace(',city', ''), GOOD])).rejects.toThrow('line 1: the header lacks city');
  });

  it('may write an instant in any zone and with any fraction', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        const text = date.toISOString();
        expect(readInstant(text)).toBe(date.getTime());
        expect(readInstant(text.replace('Z', '+00:00'))).toBe(date.getTime());
        expect(readInstant(text.replace('Z', '123'))).toBe(date.getTime());
      }),
    );
  });
});
