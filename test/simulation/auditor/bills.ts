import { chinaDay, isTrue, type BillError, type BillErrorKind } from '../gateways/bills';
import type { Audit } from './orders';
import type { DifferenceRow } from './rows';

/** The class of the difference that each mistake of a bill must be found as. */
const CLASSES: Readonly<Record<BillErrorKind, string>> = {
  bill_row_missing: 'missing_there',
  bill_row_doubled: 'duplicate',
  bill_wrong_amount: 'amount',
  bill_wrong_sum: 'amount',
  bill_wrong_fee: 'fee',
  bill_foreign_row: 'missing_here',
};

const isOpen = ({ state }: DifferenceRow): boolean => state === 'open' || state === 'waiting';

const isAbout = (error: BillError, { day, number, subject }: DifferenceRow): boolean =>
  day === error.date && (error.kind === 'bill_wrong_sum' ? subject === 'fund' : number === error.number);

/** Every bill of every day was matched, whatever is wrong in it: what is wrong was found, and nothing that is right. */
export function auditFound({ mirror, books, report }: Audit, nowMs: number): void {
  const differences = [...mirror.all('differences').values()];
  for (const book of Object.values(books)) {
    const ofBook = differences.filter(({ gateway }) => gateway === book.name);
    for (const error of book.bills.errors) {
      if (error.date >= chinaDay(nowMs)) continue;
      const found = ofBook.some(
        (difference) => isAbout(error, difference) && difference.class === CLASSES[error.kind],
      );
      if (!found) report('bill', `${error.kind} of ${error.date} about ${error.number} was not found`);
    }
    for (const difference of ofBook.filter(isOpen)) {
      // A refund that was sent on another day than it was asked for is found once that day's bill is matched.
      if (difference.class === 'missing_there' && difference.subject === 'refund') continue;
      if (book.bills.errors.some((error) => isAbout(error, difference))) continue;
      report(
        'bill',
        `${difference.class} of ${difference.subject} ${difference.number}: nothing explains it`,
      );
    }
  }
}

/** The bills were corrected and matched again, and people have decided about the rest: nothing is left. */
export function auditResolved({ mirror, report }: Audit): void {
  for (const { id, class: kind, subject, number, state, reason } of mirror.all('differences').values()) {
    if (state !== 'open' && state !== 'waiting') continue;
    report('bill', `difference ${id}, ${kind} of ${subject} ${number}, is ${state}: ${reason}`);
  }
}

/** What a careful person makes of a difference: books what truly happened, and dismisses what a bill only says. */
export function verdictOn(errors: readonly BillError[], difference: DifferenceRow): 'adjust' | 'dismiss' {
  return errors.some((error) => isTrue(error) && isAbout(error, difference)) ? 'adjust' : 'dismiss';
}
