import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { RuleState } from '../../domain';
import type {
  BookContent,
  CalibrationState,
  Decision,
  PayeeKind,
  PopulationState,
  RiskAction,
} from '../../domain/risk';

type Fixed<T> = ColumnType<T, T, never>;

/** What a person found out about an event. */
export type RiskLabel = 'fraud' | 'honest';
export type ListName = 'block' | 'allow';
export type ListSubject = 'user' | 'device' | 'payee';

export interface RiskEventsTable {
  account: Fixed<string>;
  at: Fixed<Date>;
  id: Fixed<string>;
  action: Fixed<RiskAction>;
  device: Fixed<string>;
  city: Fixed<string>;
  payee: Fixed<string | null>;
  payeeKind: Fixed<PayeeKind>;
  amountFen: Fixed<number | null>;
  hour: Fixed<number>;
  day: Fixed<number>;
  orderId: Fixed<string | null>;
  held: boolean;
  newPayee: Fixed<boolean>;
  tiny: Fixed<boolean>;
  odd: Fixed<boolean>;
  passesOn: Fixed<boolean>;
  amountScore: Fixed<number>;
  logRatio: Fixed<number>;
  verdict: Fixed<Decision['verdict']>;
  score: Fixed<number>;
  reasons: Fixed<string[]>;
  shadow: Fixed<string[]>;
  book: Fixed<string>;
  challengeFrom: Fixed<number>;
  blockFrom: Fixed<number>;
  label: RiskLabel | null;
}

export interface RiskStateTable {
  id: Fixed<number>;
  population: JSONColumnType<PopulationState, string, string>;
  calibration: JSONColumnType<CalibrationState, string, string>;
  throughAt: Date;
  throughId: string;
  updatedAt: Date;
}

export interface RiskListedTable {
  subject: Fixed<ListSubject>;
  name: Fixed<string>;
  list: Fixed<ListName>;
  caseId: string | null;
  operator: string;
  note: string;
  addedAt: Date;
}

export interface RiskCasesTable {
  id: Fixed<string>;
  account: Fixed<string>;
  state: 'open' | 'snoozed' | 'decided';
  finding: RiskLabel | null;
  verdict: Exclude<Decision['verdict'], 'allow'>;
  score: number;
  appealed: Generated<boolean>;
  snoozedUntil: Date | null;
  openedAt: Fixed<Date>;
  updatedAt: Date;
}

export interface RiskCaseHistoryTable {
  id: Generated<number>;
  caseId: Fixed<string>;
  action: Fixed<'found' | 'snoozed' | 'decided' | 'appealed' | 'unlocked' | 'locked'>;
  actor: Fixed<string>;
  note: Fixed<string>;
  eventAt: Fixed<Date | null>;
  eventId: Fixed<string | null>;
  at: Fixed<Date>;
}

export interface RiskAuditTable {
  id: Generated<number>;
  subject: Fixed<string>;
  action: Fixed<string>;
  actor: Fixed<string>;
  note: Fixed<string>;
  contentHash: Fixed<string>;
  at: Fixed<Date>;
  previousHash: Fixed<string>;
  hash: Fixed<string>;
}

export interface RiskBooksTable {
  id: Fixed<string>;
  version: ColumnType<number, unknown, never>;
  name: string;
  state: RuleState;
  content: JSONColumnType<BookContent, string, string>;
  contentHash: ColumnType<string, never, never>;
  /** Names of everybody who wrote a part of it or handed it in. */
  authors: string[];
  /** Since when it judges beside the book in force. */
  shadowSince: Date | null;
  createdAt: Fixed<Date>;
  updatedAt: Date;
}

export interface RiskBookActivationsTable {
  id: Fixed<string>;
  bookId: Fixed<string | null>;
  liveFrom: Fixed<Date>;
  madeAt: Fixed<Date>;
}
