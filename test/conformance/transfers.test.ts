import { TransferBook, type Transfer } from '../../cloud/sandbox/transfers';

let nowMs = 0;
const ended: Transfer[] = [];
const terms = {
  number: '1',
  amountFen: 500,
  payee: 'o-1',
  payeeName: undefined,
  remark: '结算',
  notifyUrl: undefined,
};

function newBook(begins: 'awaiting_payee' | 'succeeded' = 'awaiting_payee'): TransferBook {
  nowMs = 0;
  ended.length = 0;
  return new TransferBook({
    now: () => new Date(nowMs),
    newBillNumber: () => 'B1',
    begins,
    payeeConfirmsAfterMs: () => undefined,
    overdueReason: 'OVERDUE_CLOSE',
    onEnd: (transfer) => void ended.push({ ...transfer }),
  });
}

test('a transfer that nobody confirms within 24 hours fails, and its money comes back', () => {
  const book = newBook();
  book.balanceFen = 600;
  book.make(terms);
  expect(book.balanceFen).toBe(100);
  nowMs = 24 * 3_600_000;
  expect(book.find('1')?.state).toBe('awaiting_payee');
  nowMs += 1;
  expect(book.find('1')).toMatchObject({ state: 'failed', reason: 'OVERDUE_CLOSE' });
  expect(book.balanceFen).toBe(600);
  expect(ended).toHaveLength(1);
});

test('a number takes its money once, and never more than there is', () => {
  const book = newBook('succeeded');
  book.balanceFen = 999;
  const first = book.make(terms);
  expect(book.make({ ...terms })).toBe(first);
  expect(book.make({ ...terms, amountFen: 501 })).toBe('other_terms');
  expect(book.make({ ...terms, number: '2' })).toBe('not_enough');
  expect(book.balanceFen).toBe(499);
  expect(book.find('2')).toBeUndefined();
});

test('what has ended stays as it is; only what arrived can come back', () => {
  const book = newBook('succeeded');
  const transfer = book.make(terms) as Transfer;
  expect(book.decide(transfer, 'fail', 'X')).toBe(false);
  expect(book.decide(transfer, 'return', 'X')).toBe(true);
  expect(book.decide(transfer, 'return', 'X')).toBe(false);
  expect(book.decide(transfer, 'confirm', 'X')).toBe(false);
  expect(ended.map(({ state }) => state)).toEqual(['succeeded', 'returned']);
});
