import type { Invariant } from './invariant';
import { ledgerInvariants, sealInvariants } from './ledger';

export type { Invariant } from './invariant';

/** Everything that must hold of the store, whatever is under way. */
export const INVARIANTS: readonly Invariant[] = [...ledgerInvariants, ...sealInvariants];
