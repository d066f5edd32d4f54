import type { BillRow, PaymentGateway, TradeBillRow } from '../../gateways/port';
import type { reconcile } from '../../store';

/** Rows of a bill whose file is at hand: the first was read, so whatever it takes to fetch it is over. */
async function primed(rows: AsyncIterable<BillRow>): Promise<AsyncIterable<BillRow>> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (let next = first; !next.done; next = await iterator.next()) yield next.value;
      } finally {
        await iterator.return?.();
      }
    },
  };
}

const staged = (row: TradeBillRow): reconcile.StagedRow => ({
  subject: row.kind,
  number: (row.kind === 'refund' ? row.outRefundNo : undefined) ?? row.outTradeNo,
  transactionId: row.transactionId,
  state: row.state,
  amountFen: row.amountFen,
  feeFen: row.feeFen,
});

/** The trade bill of a day, fetched, as it is matched. `onRows` hears now and then how many were read. Throws GatewayError. */
export async function tradeRows(
  gateway: PaymentGateway,
  date: string,
  onRows: (count: number) => void,
): Promise<AsyncIterable<reconcile.StagedRow>> {
  const rows = await primed(gateway.fetchBill({ kind: 'trade', date }));
  return {
    async *[Symbol.asyncIterator]() {
      let count = 0;
      for await (const row of rows) {
        if (row.bill !== 'trade') continue;
        count += 1;
        if (count % 100_000 === 0) onRows(count);
        yield staged(row);
      }
    },
  };
}

/** What moved on the account by the day's fund bill. Throws GatewayError. */
export async function fundTotals(gateway: PaymentGateway, date: string): Promise<reconcile.FundTotals> {
  const totals = { payment: 0, refund: 0, fee: 0, other: 0 };
  for await (const row of gateway.fetchBill({ kind: 'fund', date })) {
    if (row.bill === 'fund') totals[row.kind] += row.amountFen;
  }
  return totals;
}
