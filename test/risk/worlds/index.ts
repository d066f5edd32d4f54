import { gangs, GANGS } from './gangs';
import { personas } from './personas';
import { type WorldRow } from './row';
import { town } from './town';
import { TOWNS } from './town/shape';

/** Every world that can be made, by name: rows in order of time, from a seed. */
export const WORLDS: Readonly<Record<string, (seed: number) => WorldRow[]>> = Object.fromEntries([
  ...Object.entries(TOWNS).map(([name, shape]) => [`town-${name}`, (seed: number) => town(shape, seed)]),
  ...Object.entries(GANGS).map(([name, shape]) => [`gangs-${name}`, (seed: number) => gangs(shape, seed)]),
  ['personas', personas],
]);

/** A world of one seed. */
export interface SeededWorld {
  readonly name: string;
  readonly seed: number;
  readonly make: (seed: number) => WorldRow[];
}

const seeded = (names: readonly string[], seeds: readonly number[]): SeededWorld[] =>
  Object.entries(WORLDS)
    .filter(([name]) => names.includes(name))
    .flatMap(([name, make]) => seeds.map((seed) => ({ name, seed, make })));

/** Worlds of which nothing is ever fitted. */
const APART = ['personas'];

/** Points are fitted on these seeds alone, figures are told of those alone; no seed is in both. */
export const TUNING = seeded(
  Object.keys(WORLDS).filter((name) => !APART.includes(name)),
  [1, 2, 3, 4, 5, 6],
);
export const JUDGING = seeded(Object.keys(WORLDS), [7_001, 7_002, 7_003, 7_004, 7_005]);
