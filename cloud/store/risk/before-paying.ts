import type { Decision, Known, Lists } from '../../domain/risk';
import { knownFrom, listsFrom, type KnownAnswer, type StandingAnswer } from './known';

/** What `risk_before_paying` answers, with an order that is about to be paid. */
export interface BeforePayingAnswer {
  readonly device: string;
  readonly standing: StandingAnswer;
  readonly stopped: { readonly verdict: Decision['verdict']; readonly held: boolean } | null;
  readonly known: KnownAnswer | null;
}

/** What risk control knows of an order that is about to be paid. */
export interface BeforePaying {
  /** Device of the session that pays; empty where it is unknown. */
  readonly device: string;
  readonly lists: Lists;
  /** What the order was stopped by before, and whether it still is; undefined where it never was. */
  readonly stopped: { readonly verdict: Decision['verdict']; readonly held: boolean } | undefined;
  /** Undefined where the order is being paid already and was let through for it. */
  readonly known: Known | undefined;
}

export const beforePayingFrom = ({ device, standing, stopped, known }: BeforePayingAnswer): BeforePaying => ({
  device,
  lists: listsFrom(standing.listed),
  stopped: stopped ?? undefined,
  known: known === null ? undefined : knownFrom(known),
});
