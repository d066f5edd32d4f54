import fc from 'fast-check';

import {
  canPayoutMove,
  canSettlementMove,
  decideBatch,
  decidePayout,
  fen,
  isPayoutOpen,
  NOT_FOUND_BELIEVED_MS,
  payoutPosting,
  payoutReturnPosting,
  PAYOUT_TRANSITIONS,
  settlementPosting,
  settlementStateOf,
  splitPayout,
  sumsOf,
  withBalances,
  type PayoutState,
} from '../../cloud/domain';

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
    expect(() => splitPayout(fen(100), { maximumFen: 19, leastFen: 10 })).toThrow(RangeError);
    expect(() => splitPayout(fen(0), { maximumFen: 100, leastFen: 10 })).toThrow(RangeError);
  });
});

describe('a payout', () => {
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
  expect(canSettlementMove('paid', 'paying')).toBe(false);
});

test('what a batch, a payout and its return book balances, and a return undoes its payout', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }).map(fen),
      fc.constantFrom('wechatpay' as const, 'alipay' as const, 'bank' as const),
      (amountFen, source) => {
        const paid = payoutPosting('m', source, amountFen);
        const back = payoutReturnPosting('m', source, amountFen);
        for (const posting of [settlementPosting('m', amountFen), paid, back]) {
          expect(sumsOf(posting.entries)).toEqual({ FEN: 0, POINTS: 0 });
        }
        for (const entry of paid.entries) {
          const undone = back.entries.find(({ account }) => account.kind === entry.account.kind);
          expect(undone?.amount).toBe(-entry.amount);
        }
      },
    ),
  );
});

test('a statement that does not sum is refused', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer({ min: -1e9, max: 1e9 })), (openingFen, nets) => {
      const closingFen = nets.reduce((sum, net) => sum + net, openingFen);
      const changes = nets.map((netFen) => ({ netFen }));
      const balanced = withBalances(openingFen, changes, closingFen);
      expect(balanced.at(-1)?.balanceFen ?? openingFen).toBe(closingFen);
      expect(() => withBalances(openingFen, changes, closingFen + 1)).toThrow(RangeError);
    }),
  );
});
