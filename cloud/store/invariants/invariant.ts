import type { RawBuilder } from 'kysely';

/** Something that holds of everything ever stored, as a query that gives a line of text for each violation. */
export interface Invariant {
  readonly name: string;
  readonly violations: RawBuilder<{ violation: string }>;
}
