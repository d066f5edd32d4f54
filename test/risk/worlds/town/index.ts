import { Chance } from '../chance';
import { inOrder, type WorldRow } from '../row';
import { live, settle } from './people';
import { type TownShape } from './shape';
import { Underworld } from './thieves';

/** A town from its seed: person by person, then what thieves do to them. */
export function town(shape: TownShape, seed: number): WorldRow[] {
  const built = settle(shape, new Chance(seed, 1));
  for (const person of built.people) live(built, person);
  new Underworld(built).strike();
  return inOrder(built.rows);
}
