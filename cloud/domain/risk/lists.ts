import { type RiskEvent } from './event';

/** Names that were decided about by people, by what they name. */
export interface ListedNames {
  readonly users: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
  readonly payees: ReadonlySet<string>;
}

export interface Lists {
  /** Whatever comes from or goes to them is blocked. */
  readonly block: ListedNames;
  /** What they do is allowed whatever its score; rules with a verdict of their own still hold. */
  readonly allow: ListedNames;
}

const NONE: ListedNames = { users: new Set(), devices: new Set(), payees: new Set() };
export const NO_LISTS: Lists = { block: NONE, allow: NONE };

/** What of an event is on a list: `user`, `device` or `payee`; undefined where nothing is. */
export function listedAs(names: ListedNames, event: RiskEvent): 'user' | 'device' | 'payee' | undefined {
  if (names.users.has(event.user)) return 'user';
  if (event.device !== '' && names.devices.has(event.device)) return 'device';
  if (event.payee !== '' && names.payees.has(event.payee)) return 'payee';
  return undefined;
}
