import type { RawBuilder } from 'kysely';

/** Something that must always hold: its name, and a query that gives one row of text for each case where it does not. */
export interface Invariant {
  readonly name: string;
  readonly violations: RawBuilder<{ violation: string }>;
}
