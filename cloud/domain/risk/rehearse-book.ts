import { Calibration, type CalibrationTarget } from './calibration';
import { decide, type Decision } from './decide';
import { movesMoney, type RiskEvent } from './event';
import { type Features } from './features';
import { FeatureKeeper } from './keeper';
import { type Lists } from './lists';
import { type RuleBook } from './rules';

type Verdict = Decision['verdict'];

/** A book with what its cut-offs are to hold. */
export interface JudgingBook {
  readonly book: RuleBook;
  readonly target: CalibrationTarget;
}

/** An event of the past, with what became of it and what a person found out. */
export interface PastEvent {
  readonly event: RiskEvent;
  readonly held: boolean;
  readonly label: 'fraud' | 'honest' | null;
  /** Whether it is of the days that are asked about, or is only taken note of. */
  readonly counted: boolean;
}

/** How many events each verdict was given for. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** What one book did on the events that a person labelled. */
export interface LabelledCounts {
  readonly fraud: number;
  readonly fraudHeld: number;
  readonly honest: number;
  readonly honestHeld: number;
}

/** What a book would have changed. Counts are of events. */
export interface BookRehearsalReport {
  readonly events: number;
  readonly payments: number;
  readonly before: VerdictCounts;
  readonly after: VerdictCounts;
  /** Judged more and less hard than before. */
  readonly harder: number;
  readonly milder: number;
  /** Of every rule that was a reason of what was stopped: how often with the book in force, how often with the other. */
  readonly rules: readonly { readonly ruleId: string; readonly before: number; readonly after: number }[];
  readonly labelledBefore: LabelledCounts;
  readonly labelledAfter: LabelledCounts;
}

type Tally<Counts> = { -readonly [Name in keyof Counts]: number };

const SEVERITY: Readonly<Record<Verdict, number>> = { allow: 0, challenge: 1, block: 2, lock: 3 };
const noVerdicts = (): Tally<VerdictCounts> => ({ allow: 0, challenge: 0, block: 0, lock: 0 });
const noLabels = (): Tally<LabelledCounts> => ({ fraud: 0, fraudHeld: 0, honest: 0, honestHeld: 0 });

/** One of the two books: its cut-offs follow its own scores. */
class Side {
  readonly verdicts = noVerdicts();
  readonly labelled = noLabels();
  readonly stoppedBy = new Map<string, number>();
  private readonly calibration: Calibration;

  constructor(
    private readonly judging: JudgingBook,
    private readonly lists: Lists,
  ) {
    this.calibration = new Calibration(judging.target);
  }

  judge({ event, label, counted }: PastEvent, features: Features): Verdict {
    const cutoffs = this.calibration.cutoffs();
    const decision = decide(event, features, { book: this.judging.book, lists: this.lists, cutoffs });
    if (movesMoney(event)) this.calibration.observe(decision.score);
    if (counted) this.count(decision, label);
    return decision.verdict;
  }

  private count({ verdict, reasons }: Decision, label: PastEvent['label']): void {
    const stopped = verdict !== 'allow';
    this.verdicts[verdict] += 1;
    if (label !== null) {
      this.labelled[label] += 1;
      if (stopped) this.labelled[`${label}Held`] += 1;
    }
    if (!stopped) return;
    for (const reason of reasons) {
      // Without its version, so that a rule and its next version stand in one line.
      const [ruleId = reason] = reason.split('@');
      this.stoppedBy.set(ruleId, (this.stoppedBy.get(ruleId) ?? 0) + 1);
    }
  }
}

/**
 * Past events in order of time judged by two books, the one in force and another, each from the same knowledge: what was
 * held then stays held, whatever either says, so that the two differ by their rules alone.
 */
export class BookRehearsal {
  private readonly keeper = new FeatureKeeper();
  private readonly before: Side;
  private readonly after: Side;
  private events = 0;
  private payments = 0;
  private harder = 0;
  private milder = 0;

  constructor(books: { readonly inForce: JudgingBook; readonly other: JudgingBook; readonly lists: Lists }) {
    this.before = new Side(books.inForce, books.lists);
    this.after = new Side(books.other, books.lists);
  }

  add(past: PastEvent): void {
    const { event, counted } = past;
    const features = this.keeper.features(event);
    const before = SEVERITY[this.before.judge(past, features)];
    const after = SEVERITY[this.after.judge(past, features)];
    this.keeper.record(event, features, past.held && movesMoney(event) ? 'held' : 'passed');
    if (!counted) return;
    this.events += 1;
    if (movesMoney(event)) this.payments += 1;
    if (after > before) this.harder += 1;
    if (after < before) this.milder += 1;
  }

  report(): BookRehearsalReport {
    const { before, after, events, payments, harder, milder } = this;
    const ids = new Set([...before.stoppedBy.keys(), ...after.stoppedBy.keys()]);
    return {
      events,
      payments,
      before: { ...before.verdicts },
      after: { ...after.verdicts },
      harder,
      milder,
      rules: [...ids].sort().map((ruleId) => ({
        ruleId,
        before: before.stoppedBy.get(ruleId) ?? 0,
        after: after.stoppedBy.get(ruleId) ?? 0,
      })),
      labelledBefore: { ...before.labelled },
      labelledAfter: { ...after.labelled },
    };
  }
}
