/** Points that were earned together and expire together. */
export interface Lot {
  readonly id: string;
  /** `pending`: a refund may still be usual, so they are not to be spent. `ended`: nothing is left of it, or it expired. */
  readonly state: 'pending' | 'available' | 'ended';
  /** What is left of it: nothing where it is ended, and something where it is not. */
  readonly points: number;
  readonly expiresAtMs: number;
}

/** The points of one user. `owed`: what a refund took back and was not there; the next points that come pay it. */
export interface PointsBook {
  readonly lots: readonly Lot[];
  readonly owed: number;
}

/** Points taken out of a lot. */
export interface Taken {
  readonly lotId: string;
  readonly points: number;
}

/** Points that are no natural number, or a lot that is not what it must be. */
export class PointsError extends Error {
  override readonly name = 'PointsError';
}

function natural(points: number): number {
  if (!Number.isSafeInteger(points) || points < 0) throw new PointsError(`not a number of points: ${points}`);
  return points;
}

const sumOf = (lots: readonly { readonly points: number }[]): number =>
  lots.reduce((sum, { points }) => sum + points, 0);

const isSpendable = (lot: Lot, nowMs: number): boolean =>
  lot.state === 'available' && lot.expiresAtMs > nowMs;

/** First to expire first; of those that expire together in the order of their ids. */
const byExpiry = (a: Lot, b: Lot): number => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1);

/** Points to be spent now. */
export const availablePoints = (book: PointsBook, nowMs: number): number =>
  sumOf(book.lots.filter((lot) => isSpendable(lot, nowMs)));

export const pendingPoints = (book: PointsBook): number =>
  sumOf(book.lots.filter(({ state }) => state === 'pending'));

function without(book: PointsBook, taken: readonly Taken[]): PointsBook {
  const points = new Map(taken.map(({ lotId, points: count }) => [lotId, count]));
  return {
    ...book,
    lots: book.lots.map((lot) => {
      const left = lot.points - (points.get(lot.id) ?? 0);
      return { ...lot, points: left, state: left === 0 ? 'ended' : lot.state };
    }),
  };
}

/** As many points as there are, up to so many, from lots in the order given. */
function takeFrom(lots: readonly Lot[], points: number): readonly Taken[] {
  const taken: Taken[] = [];
  let missing = points;
  for (const lot of lots) {
    const count = Math.min(lot.points, missing);
    if (count > 0) taken.push({ lotId: lot.id, points: count });
    missing -= count;
  }
  return taken;
}

/** Spends points, first to expire first; undefined where there are too few. Throws PointsError. */
export function spend(
  book: PointsBook,
  points: number,
  nowMs: number,
): { readonly book: PointsBook; readonly taken: readonly Taken[] } | undefined {
  natural(points);
  const lots = book.lots.filter((lot) => isSpendable(lot, nowMs)).sort(byExpiry);
  const taken = takeFrom(lots, points);
  return sumOf(taken) < points ? undefined : { book: without(book, taken), taken };
}

/** New points come in to be spent: what is owed is paid with them first. Throws PointsError for a lot that is known. */
export function arrive(book: PointsBook, lot: Omit<Lot, 'state'>): PointsBook {
  if (book.lots.some(({ id }) => id === lot.id)) throw new PointsError(`lot ${lot.id} is there already`);
  const paid = Math.min(book.owed, natural(lot.points));
  const points = lot.points - paid;
  return {
    owed: book.owed - paid,
    lots: [...book.lots, { ...lot, points, state: points === 0 ? 'ended' : 'available' }],
  };
}

/**
 * Puts points back into the lots that they were taken from: what they were spent on came to nothing. What is owed is paid
 * with them first. Throws PointsError for a lot that is not in the book.
 */
export function putBack(book: PointsBook, taken: readonly Taken[]): PointsBook {
  const back = new Map(taken.map(({ lotId, points }) => [lotId, natural(points)]));
  const lots = book.lots.map((lot) => {
    const points = back.get(lot.id);
    back.delete(lot.id);
    return points === undefined
      ? lot
      : ({ ...lot, points: lot.points + points, state: 'available' } as const);
  });
  if (back.size > 0) throw new PointsError(`lots ${[...back.keys()].join(', ')} are not in the book`);
  const spendable = lots.filter(({ state }) => state === 'available').sort(byExpiry);
  const paid = takeFrom(spendable, book.owed);
  return without({ lots, owed: book.owed - sumOf(paid) }, paid);
}

/** A pending lot becomes one to be spent. Throws PointsError where it is not pending. */
export function release(book: PointsBook, lotId: string): PointsBook {
  const lot = book.lots.find(({ id }) => id === lotId);
  if (lot?.state !== 'pending') throw new PointsError(`lot ${lotId} is not pending`);
  return arrive({ ...book, lots: book.lots.filter((other) => other !== lot) }, lot);
}

/**
 * Takes back points that a payment earned: of its own lot first, pending or not, then of others in the order in which they
 * would be spent; what is nowhere is owed. `pending`: how many of those taken were pending. Throws PointsError.
 */
export function takeBack(
  book: PointsBook,
  earned: { readonly lotId: string; readonly points: number },
): { readonly book: PointsBook; readonly pending: number } {
  const points = natural(earned.points);
  const own = book.lots.filter(({ id }) => id === earned.lotId);
  const others = book.lots
    .filter((lot) => lot.state === 'available' && lot.id !== earned.lotId)
    .sort(byExpiry);
  const taken = takeFrom([...own, ...others], points);
  const left = without(book, taken);
  return {
    book: { ...left, owed: book.owed + points - sumOf(taken) },
    pending: pendingPoints(book) - pendingPoints(left),
  };
}

/** Ends the lots whose time is over; what was left in each. */
export function expire(
  book: PointsBook,
  nowMs: number,
): { readonly book: PointsBook; readonly expired: readonly Taken[] } {
  const over = book.lots.filter((lot) => lot.state === 'available' && lot.expiresAtMs <= nowMs);
  const expired = over.map(({ id, points }) => ({ lotId: id, points }));
  return { book: without(book, expired), expired };
}

/**
 * Ends every lot, for an account that is deleted: those pending are released first, so that what they pay of a debt is paid. What
 * was `released` of each, and what `lapsed` of each then.
 */
export function lapse(book: PointsBook): {
  readonly book: PointsBook;
  readonly released: readonly Taken[];
  readonly lapsed: readonly Taken[];
} {
  const pending = book.lots.filter(({ state }) => state === 'pending');
  const released = pending.map(({ id, points }) => ({ lotId: id, points }));
  const spendable = pending.reduce((known, { id }) => release(known, id), book);
  const lapsed = spendable.lots
    .filter(({ state }) => state === 'available')
    .map(({ id, points }) => ({ lotId: id, points }));
  return { book: without(spendable, lapsed), released, lapsed };
}

/**
 * The books of two accounts of one person become one: every lot stays what it is and expires when it did; what either owes is
 * paid with what is there to be spent, first to expire first. Throws PointsError for a lot that both have.
 */
export function joinBooks(into: PointsBook, from: PointsBook): PointsBook {
  const known = new Set(into.lots.map(({ id }) => id));
  const both = from.lots.find(({ id }) => known.has(id));
  if (both !== undefined) throw new PointsError(`lot ${both.id} is in both books`);
  return putBack({ lots: [...into.lots, ...from.lots], owed: into.owed + from.owed }, []);
}
