import type { Action, Actor } from './actor';
import { billDesk } from './bill-desk';
import { clock } from './clock';
import { gateways } from './gateways';
import { merchants } from './merchants';
import { payees } from './payees';
import { payers } from './payers';
import { refundDesk } from './refund-desk';
import { saboteur } from './saboteur';
import { settlementDesk } from './settlement-desk';
import { users } from './users';
import { workers } from './workers';

/** Everybody who acts. A new actor is a new file and a word here. */
export const ACTORS: readonly Actor[] = [
  users,
  payers,
  merchants,
  payees,
  workers,
  refundDesk,
  settlementDesk,
  billDesk,
  gateways,
  clock,
  saboteur,
];

/** Every action by `actor.action`, in a fixed order. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  ACTORS.flatMap((actor) => actor.actions.map((action) => [`${actor.name}.${action.name}`, action] as const)),
);
