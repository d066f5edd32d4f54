import { Chance } from '../chance';
import { inOrder, type WorldRow } from '../row';
import { campaign } from './campaigns';
import { crowd, hourOf } from './crowd';

/** Everything by which one country of gangs differs from another. */
export interface GangsShape {
  readonly households: number;
  readonly hours: number;
  readonly startMs: number;
  /** Yuan that one unit of a price list is worth. */
  readonly priceYuan: number;
  /** Rows of a household and day, about. */
  readonly pace: number;
  readonly gangs: number;
  readonly victimsPerGang: number;
  readonly methods: readonly ('phishing' | 'stolen phone' | 'story' | 'cards' | 'smurfs' | 'shop')[];
  readonly logins: boolean;
  readonly sharedDevices: boolean;
  /** How boldly a gang takes: 1 is about a month's spending at once. */
  readonly greed: number;
  /** Whether an employer pays wages by transfers, and people collect money in groups. */
  readonly crowds: boolean;
}

const START_MS = Date.UTC(2026, 2, 1);
const ALL = ['phishing', 'stolen phone', 'story', 'cards', 'smurfs', 'shop'] as const;

export const GANGS: Readonly<Record<string, GangsShape>> = {
  bold: {
    households: 600,
    hours: 24 * 40,
    startMs: START_MS,
    priceYuan: 12,
    pace: 3,
    gangs: 4,
    victimsPerGang: 18,
    methods: ALL,
    logins: true,
    sharedDevices: false,
    greed: 1,
    crowds: true,
  },
  shy: {
    households: 900,
    hours: 24 * 30,
    startMs: START_MS + 100 * 86_400_000,
    priceYuan: 60,
    pace: 2,
    gangs: 2,
    victimsPerGang: 10,
    methods: ['phishing', 'story', 'shop', 'cards'],
    logins: false,
    sharedDevices: true,
    greed: 0.4,
    crowds: true,
  },
  swarm: {
    households: 500,
    hours: 24 * 50,
    startMs: START_MS + 30 * 86_400_000,
    priceYuan: 5,
    pace: 4,
    gangs: 10,
    victimsPerGang: 25,
    methods: ['phishing', 'phishing', 'cards', 'smurfs', 'stolen phone'],
    logins: true,
    sharedDevices: true,
    greed: 0.7,
    crowds: false,
  },
};

/** A country hour by hour: what its households do, and what its gangs do to them. */
export function gangs(shape: GangsShape, seed: number): WorldRow[] {
  const chance = new Chance(seed, 2);
  const people = crowd(shape, chance);
  const rows: WorldRow[] = [];
  for (let hour = 0; hour < shape.hours; hour += 1) {
    for (const household of people.households) hourOf(people, household, hour, rows);
  }
  for (let gang = 0; gang < shape.gangs; gang += 1) campaign(people, gang, rows);
  return inOrder(rows);
}
