import { liveAt } from '../../domain';
import {
  keptBook,
  SHIPPED_BOOK,
  type CalibrationTarget,
  type Cutoffs,
  type JudgingBook,
  type Population,
  type RuleBook,
} from '../../domain/risk';
import { type Database } from '../../store';
import * as risk from '../../store/risk';
import { keptFor } from '../kept-for';

/**
 * How long what is usual among everybody is taken as it is, in ms: it moves slowly, since it is worked out from all payments.
 */
const KNOWN_FOR_MS = 5_000;
/** How far ahead of its time a book is put into force, in ms: every process knows of it by then, and all change at once. */
const CHANGE_LEAD_MS = 2 * KNOWN_FOR_MS;

/** The earliest time from which a book put into force now can judge. */
export const soonestBook = (now: Date): Date => new Date(now.getTime() + CHANGE_LEAD_MS);

/** What events are judged by besides their own past. */
export interface RiskPolicy {
  readonly book: RuleBook;
  readonly target: CalibrationTarget;
  readonly population: Population;
  readonly cutoffs: Cutoffs;
  /** Judges beside the book and decides nothing; undefined where none does. */
  readonly shadow: RuleBook | undefined;
}

/** What risk control judges by, as a process keeps it. */
export interface LiveRisk {
  at(now: Date): Promise<RiskPolicy>;
}

interface Known {
  readonly state: risk.RiskState;
  readonly activations: readonly { readonly bookId: string | null; readonly liveFromMs: number }[];
  readonly shadowId: string | null;
  readonly books: ReadonlyMap<string, JudgingBook>;
}

/** Reads the policy when somebody asks and what is kept is old. A book that judges never changes, so each is read once. */
export function liveRisk(db: Database): LiveRisk {
  const knownAt = keptFor<Known>(KNOWN_FOR_MS, async (now, before) => {
    const { shadowId, ...found } = await risk.readJudgingBooks(db, now);
    const activations = found.activations.map(({ bookId, liveFrom }) => ({
      bookId,
      liveFromMs: liveFrom.getTime(),
    }));
    const wanted = new Set(
      [...activations.map(({ bookId }) => bookId), shadowId].filter((id) => id !== null),
    );
    const books = new Map([...(before?.books ?? [])].filter(([id]) => wanted.has(id)));
    const missing = [...wanted].filter((id) => !books.has(id));
    for (const { id, version, content } of await risk.readBooks(db, missing)) {
      books.set(id, keptBook(version, content));
    }
    const { target } = inForce({ activations, books }, now);
    return { state: await risk.readRiskState(db, target), shadowId, books, activations };
  });
  return {
    async at(now) {
      const known = await knownAt(now);
      const { population, calibration } = known.state;
      const { book, target } = inForce(known, now);
      const shadow = known.shadowId === null ? undefined : known.books.get(known.shadowId)?.book;
      return { book, target, population, cutoffs: calibration.cutoffs(), shadow };
    },
  };
}

function inForce({ activations, books }: Pick<Known, 'activations' | 'books'>, now: Date): JudgingBook {
  const bookId = liveAt(activations, now.getTime())?.bookId ?? null;
  return (bookId === null ? undefined : books.get(bookId)) ?? SHIPPED_BOOK;
}
