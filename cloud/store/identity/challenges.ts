import { sql } from 'kysely';

import { sameKind, type Factor } from '../../domain';
import type { Database } from '../database';
import type { ChallengeAction } from './tables';

export interface ChallengeRow {
  readonly id: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly action: ChallengeAction;
  readonly subject: string;
  readonly amountFen: number | null;
  /** How many factors of different kinds must be proved. */
  readonly required: number;
  readonly passed: readonly Factor[];
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

const COLUMNS = [
  'id',
  'accountId',
  'sessionId',
  'action',
  'subject',
  'amountFen',
  'required',
  'passed',
  'expiresAt',
  'usedAt',
] as const;

/** Issues a challenge; those of the account that ran out are forgotten. */
export async function issueChallenge(
  db: Database,
  challenge: Omit<ChallengeRow, 'passed' | 'usedAt'> & { readonly now: Date },
): Promise<ChallengeRow> {
  const { now, ...columns } = challenge;
  return db
    .with('forgotten', (part) =>
      part
        .deleteFrom('challenges')
        .where('accountId', '=', challenge.accountId)
        .where('expiresAt', '<=', now),
    )
    .insertInto('challenges')
    .values({ ...columns, createdAt: now })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** A challenge of one session, as long as it can be answered or used. */
export interface ChallengeQuestion {
  readonly challengeId: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly now: Date;
}

export async function getChallenge(
  db: Database,
  question: ChallengeQuestion,
): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('challenges')
    .select(COLUMNS)
    .where('accountId', '=', question.accountId)
    .where('id', '=', question.challengeId)
    .where('sessionId', '=', question.sessionId)
    .where('expiresAt', '>', question.now)
    .executeTakeFirst();
}

/** Records that a factor was proved, one of each kind; the challenge as it stands then. */
export async function passFactor(
  db: Database,
  question: ChallengeQuestion & { readonly factor: Factor },
): Promise<ChallengeRow | undefined> {
  await db
    .updateTable('challenges')
    .set({ passed: sql<never>`array_append(passed, ${question.factor}::text)` })
    .where('accountId', '=', question.accountId)
    .where('id', '=', question.challengeId)
    .where('sessionId', '=', question.sessionId)
    .where('expiresAt', '>', question.now)
    .where(sql<boolean>`not passed && ${[...sameKind(question.factor)]}::text[]`)
    .execute();
  return getChallenge(db, question);
}

/**
 * Uses a passed challenge for the action it was issued for, which only one caller can; false where it does not fit, is not
 * passed, ran out or was used.
 */
export async function spendChallenge(
  db: Database,
  question: ChallengeQuestion & { readonly action: ChallengeAction },
): Promise<boolean> {
  const spent = await db
    .updateTable('challenges')
    .set({ usedAt: question.now })
    .where('accountId', '=', question.accountId)
    .where('id', '=', question.challengeId)
    .where('sessionId', '=', question.sessionId)
    .where('action', '=', question.action)
    .where('expiresAt', '>', question.now)
    .where('usedAt', 'is', null)
    .where(sql<boolean>`cardinality(passed) >= required`)
    .returning('id')
    .execute();
  return spent.length > 0;
}
