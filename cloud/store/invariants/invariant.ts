import type { RawBuilder } from 'kysely';

/** What must hold of everything that was ever booked: a name, and a query giving one row of text per violation. */
export interface Invariant {
  readonly name: string;
  readonly violations: RawBuilder<{ violation: string }>;
}
