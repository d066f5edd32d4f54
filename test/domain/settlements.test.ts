import fc from 'fast-check';

import { fen } from '../../cloud/domain/money';
import {
  canPayoutMove,
  canSettlementMove,
  decideBatch,
  decidePayout,
  isPayoutOpen,
  NOT_FOUND_BELIEVED_MS,
  PAYOUT_TRANSITIONS,
  settlementStateOf,
  splitPayout,
  withBalances,
  SETTLEMENT_TRANSITIONS,
  type PayoutState,
  type SettlementState,
} from '../../cloud/domain/settlements';

const STATES = Object.keys(PAYOUT_TRANSITIONS) as PayoutState[];
const state = fc.constantFrom(...STATES);
const CUT_OFF_MS = 1_000_000;
const line = fc.record({
  postingId: fc.uuid(),
  amountFen: fc.integer({ min: -5_000, max: 10_000 }).filter((amount) => amount !== 0),
  bookedAt: fc.integer({ min: 0, max: 2 * CUT_OFF_MS }).map((ms) => new Date(ms)),
});
const lines = fc.array(line, { maxLength: 40 });

const owedOf = (owed: readonly { amountFen: number }[]): number =>
  owed.reduce((sum, each) => sum + each.amountFen, 0);
const reserved = fc.integer({ min: 0, max: 15_000 });

describe('a batch', () => {
  test('never takes more than refunds under way leave, and is the sum of its lines', () => {
    fc.assert(
      fc.property(lines, reserved, fc.integer({ min: 1, max: 20_000 }), (owed, reservedFen, minimumFen) => {
        const fundsFen = owedOf(owed) - reservedFen;
        const batch = decideBatch({ lines: owed, cutOffMs: CUT_OFF_MS, fundsFen, minimumFen });
        if (batch.outcome === 'carried_over') {
          expect(batch.netFen < minimumFen || batch.netFen <= 0).toBe(true);
          return;
        }
        expect(batch.netFen).toBeGreaterThanOrEqual(minimumFen);
        expect(batch.netFen).toBeLessThanOrEqual(fundsFen);
        expect(owedOf(batch.lines)).toBe(batch.netFen);
      }),
    );
  });

  test('holds all that was taken back, and of what came in only what is due: all of it where nothing is reserved', () => {
    fc.assert(
      fc.property(lines, reserved, (owed, reservedFen) => {
        const fundsFen = owedOf(owed) - reservedFen;
        const batch = decideBatch({ lines: owed, cutOffMs: CUT_OFF_MS, fundsFen, minimumFen: 1 });
        if (batch.outcome === 'carried_over') return;
        for (const each of owed) {
          const due = each.amountFen < 0 || each.bookedAt.getTime() < CUT_OFF_MS;
          if (!due || each.amountFen < 0 || reservedFen === 0) expect(batch.lines.includes(each)).toBe(due);
        }
      }),
    );
  });

  test('after batch settles everything once, whatever is carried over on the way', () => {
    fc.assert(
      fc.property(
        lines,
        fc.array(fc.integer({ min: 0, max: 3 * CUT_OFF_MS }), { maxLength: 8 }),
        (owed, cutOffs) => {
          let open: typeof owed = owed;
          let settledFen = 0;
          for (const cutOffMs of [...cutOffs].sort((a, b) => a - b)) {
            const fundsFen = owedOf(open);
            const batch = decideBatch({ lines: open, cutOffMs, fundsFen, minimumFen: 3_000 });
            if (batch.outcome === 'carried_over') continue;
            settledFen += batch.netFen;
            open = open.filter((each) => !batch.lines.includes(each));
          }
          expect(settledFen + owedOf(open)).toBe(owedOf(owed));
        },
      ),
    );
  });
});

describe('lines', () => {
  const at = (amountFen: number, ms: number) => ({
    postingId: String(ms),
    amountFen,
    bookedAt: new Date(ms),
  });
  const batchOf = (owed: readonly ReturnType<typeof at>[], facts: { fundsFen: number; minimumFen: number }) =>
    decideBatch({ lines: owed, cutOffMs: 100, ...facts });

  test('booked at the cut-off itself wait for the next batch; what was taken back after it counts', () => {
    const owed = [at(500, 99), at(300, 100), at(-20, 101)];
    expect(batchOf(owed, { fundsFen: 780, minimumFen: 1 })).toEqual({
      outcome: 'settle',
      lines: [owed[2], owed[0]],
      netFen: 480,
    });
  });

  test('that do not fit into the funds wait, later ones that fit do not', () => {
    const owed = [at(500, 1), at(300, 2), at(200, 3)];
    expect(batchOf(owed, { fundsFen: 700, minimumFen: 1 })).toMatchObject({ lines: [owed[0], owed[2]] });
  });

  test('of less than the minimum are carried over, of exactly the minimum are settled, of nothing never', () => {
    expect(batchOf([at(500, 1)], { fundsFen: 500, minimumFen: 501 })).toEqual({
      outcome: 'carried_over',
      netFen: 500,
    });
    expect(batchOf([at(500, 1)], { fundsFen: 500, minimumFen: 500 }).outcome).toBe('settle');
    expect(batchOf([at(5, 1), at(-5, 2)], { fundsFen: 0, minimumFen: 0 })).toEqual({
      outcome: 'carried_over',
      netFen: 0,
    });
  });
});

describe('splitting', () => {
  test('keeps every fen, and each part within what a gateway takes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 5_000_000 }),
        fc.integer({ min: 20, max: 1_000_000 }),
        (amountFen, maximumFen) => {
          fc.pre(amountFen / maximumFen < 5_000);
          const parts = splitPayout(fen(amountFen), { maximumFen, leastFen: 10 });
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amountFen);
          expect(parts).toHaveLength(Math.ceil(amountFen / maximumFen));
          for (const part of parts) {
            expect(part).toBeGreaterThanOrEqual(10);
            expect(part).toBeLessThanOrEqual(maximumFen);
          }
        },
      ),
    );
  });

  test('refuses limits that cannot be kept', () => {
    expect(() => splitPayout(fen(100), { maximumFen: 19, leastFen: 10 })).toThrow(
      new RangeError('100 fen cannot be paid in parts from 10 to 19 fen'),
    );
    expect(() => splitPayout(fen(100), { maximumFen: 19, leastFen: 0 })).toThrow(RangeError);
    expect(splitPayout(fen(3), { maximumFen: 2, leastFen: 1 })).toEqual([2, 1]);
    expect(() => splitPayout(fen(0), { maximumFen: 100, leastFen: 10 })).toThrow(RangeError);
  });
});

describe('a payout', () => {
  /** Read from where a payout comes. */
  test.each<readonly [PayoutState, readonly PayoutState[]]>([
    ['requested', []],
    ['unknown', ['requested', 'processing', 'awaiting_payee']],
    ['processing', ['unknown', 'awaiting_payee']],
    ['awaiting_payee', ['unknown', 'processing']],
    ['paid', ['unknown', 'processing', 'awaiting_payee']],
    ['failed', ['unknown', 'processing', 'awaiting_payee']],
    ['returned', ['paid']],
  ])('becomes %s from %j alone', (to, from) => {
    expect(STATES.filter((each) => canPayoutMove(each, to))).toEqual(from);
    for (const known of Object.values(PAYOUT_TRANSITIONS).flat()) expect(STATES).toContain(known);
  });

  test('is settled by nothing but what its gateway says, and stays settled', () => {
    expect(STATES.filter((each) => !isPayoutOpen(each)).sort()).toEqual(['failed', 'paid', 'returned']);
    fc.assert(
      fc.property(state, state, (from, to) => {
        if (!canPayoutMove(from, to)) return;
        if (from === 'failed' || from === 'returned') throw new Error('a settled payout moved');
        if (from === 'paid') expect(to).toBe('returned');
        // What no gateway has heard of cannot have been paid.
        if (from === 'requested') expect(to).toBe('unknown');
      }),
    );
  });

  test('whose number is not known is neither given up nor sent again before a while', () => {
    const sentAt = new Date(0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * NOT_FOUND_BELIEVED_MS }), fc.boolean(), (ageMs, refused) => {
        const decision = decidePayout({ reported: 'not_found', sentAt, now: new Date(ageMs), refused });
        if (ageMs < NOT_FOUND_BELIEVED_MS) expect(decision).toEqual({ act: 'wait' });
        else expect(decision).toEqual(refused ? { act: 'record', state: 'failed' } : { act: 'send' });
      }),
    );
  });

  test('is what its gateway says, whatever the gateway refused before', () => {
    const facts = { sentAt: new Date(0), now: new Date(0) };
    for (const reported of ['paid', 'failed', 'returned', 'processing', 'awaiting_payee'] as const) {
      for (const refused of [true, false]) {
        expect(decidePayout({ ...facts, reported, refused })).toEqual({ act: 'record', state: reported });
      }
    }
  });
});

test('a settlement is paid only when every part is, and needs a person as soon as one failed', () => {
  fc.assert(
    fc.property(fc.array(state, { maxLength: 6 }), (payouts) => {
      const made = settlementStateOf(payouts);
      expect(made === 'paid').toBe(payouts.length > 0 && payouts.every((each) => each === 'paid'));
      expect(made === 'needs_review').toBe(payouts.some((each) => each === 'failed' || each === 'returned'));
      expect(made === 'closed').toBe(payouts.length === 0);
    }),
  );
});

describe('a settlement', () => {
  const SETTLEMENTS: readonly SettlementState[] = ['closed', 'paying', 'paid', 'needs_review'];

  test.each<readonly [SettlementState, readonly SettlementState[]]>([
    ['closed', []],
    ['paying', ['closed', 'needs_review']],
    // By hand, a person may pay it at once.
    ['paid', ['closed', 'paying', 'needs_review']],
    ['needs_review', ['paying', 'paid']],
  ])('becomes %s from %j alone', (to, from) => {
    expect(SETTLEMENTS.filter((state) => canSettlementMove(state, to))).toEqual(from);
    expect(Object.keys(SETTLEMENT_TRANSITIONS).sort()).toEqual([...SETTLEMENTS].sort());
    for (const known of Object.values(SETTLEMENT_TRANSITIONS).flat()) expect(SETTLEMENTS).toContain(known);
  });
});

test('a statement that does not sum is refused', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer({ min: -1e9, max: 1e9 })), (openingFen, nets) => {
      const closingFen = nets.reduce((sum, net) => sum + net, openingFen);
      const changes = nets.map((netFen) => ({ netFen }));
      const balanced = withBalances(openingFen, changes, closingFen);
      expect(balanced.at(-1)?.balanceFen ?? openingFen).toBe(closingFen);
      expect(() => withBalances(openingFen, changes, closingFen + 1)).toThrow(
        new RangeError(`a statement ends with ${closingFen} fen where the ledger has ${closingFen + 1}`),
      );
    }),
  );
});
