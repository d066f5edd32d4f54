/** One mistake that somebody could make in this code. */
export interface Bug {
  readonly name: string;
  /** What somebody thought. */
  readonly thought: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** From the project's root. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}

const SETTLEMENT = 'cloud/functions/settlement/refund.ts';
const REFUNDS = 'cloud/store/refund-reports.ts';
const LEDGER = 'cloud/domain/ledger.ts';
const ATTEMPTS = 'cloud/store/attempts.ts';
const PAYMENT = 'cloud/functions/payment/index.ts';

/** The mistakes that the simulation must find. Where the code moves, they are aimed anew here. */
export const BUGS: readonly Bug[] = [
  {
    name: 'double_posting',
    thought: 'Booking is safe to repeat, so no need to ask whether it was done.',
    edits: [
      {
        file: REFUNDS,
        find: "    if (refund.state === 'succeeded') return { outcome: 'ended' };\n",
        replace: '',
      },
      {
        file: REFUNDS,
        find: 'if (!canRefundMove(refund.state, to)) return stays;',
        replace: 'if (refund.state !== to && !canRefundMove(refund.state, to)) return stays;',
      },
      {
        file: REFUNDS,
        find: 'const id = uuidv5(posting.kind, refundId);',
        replace: 'const id = uuidv5(String(Math.random()), refundId);',
      },
    ],
  },
  {
    name: 'refund_before_success',
    thought: 'The gateway took the refund; that it arrives is a matter of time.',
    edits: [
      {
        file: 'cloud/domain/refunds.ts',
        find: "return { to: 'processing', reason: 'refund_accepted' };",
        replace: "return { to: 'succeeded', reason: 'refund_accepted' };",
      },
    ],
  },
  {
    name: 'lost_outbox_row',
    thought: 'Mark the event first, so that nobody publishes it twice.',
    edits: [
      {
        file: 'cloud/functions/delivery/index.ts',
        find: '  const done: Record<string, string> = {};',
        replace: `  await completeOutbox(deps.db, { id: row.id, now: deps.now() });
  const done: Record<string, string> = {};`,
      },
    ],
  },
  {
    name: 'unlocked_transition',
    thought: 'The order was read and found open a moment ago: nothing comes in between.',
    edits: [
      {
        file: 'cloud/store/migrations/0015-terms-of-a-total.ts',
        find: 'where id = p_order_id and state = p_order_state',
        replace: 'where id = p_order_id',
      },
    ],
  },
  {
    name: 'believed_client',
    thought: 'The window said that it was paid; the user should not have to wait.',
    edits: [
      {
        file: PAYMENT,
        find: `    const asked = isUnresolved(known.state);
    if (asked) await settleByQuery(deps, known);`,
        replace: `    const said = c.req.query('result') === 'success';
    const asked = said || isUnresolved(known.state);
    if (said) {
      const now = deps.now();
      const { totalFen } = known;
      const paid = { attemptId, totalFen, transactionId: attemptId, succeededAt: now, now } as const;
      await recordPayment(deps.db, { ...paid, source: 'query' });
    } else if (asked) await settleByQuery(deps, known);`,
      },
      {
        file: PAYMENT,
        find: '  recordSubmitted,\n',
        replace: '  recordPayment,\n  recordSubmitted,\n',
      },
    ],
  },
  {
    name: 'swapped_sign',
    thought: 'It balances, so it is right.',
    edits: [
      {
        file: LEDGER,
        find: "{ account: { kind: 'suspense' }, unit: 'FEN', amount: positive(totalFen) },",
        replace: "{ account: { kind: 'suspense' }, unit: 'FEN', amount: -positive(totalFen) },",
      },
      {
        file: LEDGER,
        find: "{ account: returner(by), unit: 'FEN', amount: -totalFen },",
        replace: "{ account: returner(by), unit: 'FEN', amount: totalFen },",
      },
    ],
  },
  {
    name: 'stale_read',
    thought: 'Read first, then lock: the lock is held for a shorter time.',
    edits: [
      {
        file: ATTEMPTS,
        find: `  const order = await db
    .selectFrom('orders')
    .select('id')`,
        replace: `  const read = await db.selectFrom('attempts').select('state').where('id', '=', attemptId).executeTakeFirst();
  const order = await db
    .selectFrom('orders')
    .select('id')`,
      },
      {
        file: ATTEMPTS,
        find: `  const { state } = await db
    .selectFrom('attempts')
    .select('state')
    .where('id', '=', attemptId)
    .executeTakeFirstOrThrow();`,
        replace: `  if (read === undefined) return undefined;
  const { state } = read;`,
      },
    ],
  },
  {
    name: 'dropped_inbox_check',
    thought: 'A notification that came before was dealt with before.',
    edits: [
      {
        file: 'cloud/functions/notification/index.ts',
        find: 'await applySuccess(success, received);',
        replace:
          "if ((await receiveNotification(deps.db, received)) === 'new') await applySuccess(success, received);",
      },
    ],
  },
  {
    name: 'reused_refund_key',
    thought: 'An order is refunded once, so its number is the number of the refund.',
    edits: [
      {
        file: SETTLEMENT,
        find: 'outRefundNo: outTradeNoOf(refund.id),',
        replace: 'outRefundNo: outTradeNoOf(refund.orderId),',
      },
    ],
  },
  {
    name: 'rounding_the_wrong_way',
    thought: 'Integer division rounds.',
    edits: [
      {
        file: 'cloud/domain/money.ts',
        find: '(BigInt(amount) * BigInt(ratePpm) + 500_000n) / 1_000_000n',
        replace: '(BigInt(amount) * BigInt(ratePpm)) / 1_000_000n',
      },
    ],
  },
];
