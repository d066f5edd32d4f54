import { sql, type Selectable } from 'kysely';

import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import { addRuleAudit, lockRules, type RuleAction } from './audit';
import type { RuleKind, RuleVersionsTable } from './tables';

/** A version of rules, whose content is what its kind says. */
export type RuleVersion<Content> = Omit<Selectable<RuleVersionsTable>, 'content' | 'kind'> & {
  readonly content: Content;
};

/** Who changes rules, why, and when. */
export interface RuleChanger {
  readonly operator: string;
  readonly note: string;
  readonly now: Date;
}

const COLUMNS = [
  'id',
  'subjectId',
  'version',
  'name',
  'state',
  'contentHash',
  'authors',
  'liveFrom',
  'createdAt',
  'updatedAt',
] as const;

const asVersion = <Content>(row: { readonly content: object }): RuleVersion<Content> =>
  row as unknown as RuleVersion<Content>;

/** One version; undefined where there is none of that id. */
export async function getVersion<Content extends object>(
  db: Database,
  kind: RuleKind,
  versionId: string,
): Promise<RuleVersion<Content> | undefined> {
  const row = await db
    .selectFrom('ruleVersions')
    .select([...COLUMNS, 'content'])
    .where('id', '=', versionId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row && asVersion<Content>(row);
}

/** Some versions by their ids. Approved ones never change, so they may be kept. */
export async function versionsById<Content extends object>(
  db: Database,
  kind: RuleKind,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, RuleVersion<Content>>> {
  if (versionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('ruleVersions')
    .select([...COLUMNS, 'content'])
    .where('id', 'in', [...versionIds])
    .where('kind', '=', kind)
    .execute();
  return new Map(rows.map((row) => [row.id, asVersion<Content>(row)]));
}

/** The versions of a subject, oldest first; none where there is no such subject. */
export async function versionsOf<Content extends object>(
  db: Database,
  kind: RuleKind,
  subjectId: string,
): Promise<readonly RuleVersion<Content>[]> {
  const rows = await db
    .selectFrom('ruleVersions')
    .select([...COLUMNS, 'content'])
    .where('subjectId', '=', subjectId)
    .where('kind', '=', kind)
    .orderBy('version')
    .execute();
  return rows.map(asVersion<Content>);
}

/** Versions of a subject, newest first, without what they say. Throws InvalidCursor. */
export async function listVersions(
  db: Database,
  question: {
    readonly subjectId: string;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<Omit<RuleVersion<never>, 'content'>>> {
  let rows = db
    .selectFrom('ruleVersions')
    .select(COLUMNS)
    .where('subjectId', '=', question.subjectId)
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** Begins a draft as the next version of its subject. */
export function createVersion<Content extends object>(
  db: Database,
  kind: RuleKind,
  draft: RuleChanger & {
    readonly id: string;
    readonly subjectId: string;
    readonly name: string;
    readonly content: Content;
  },
): Promise<RuleVersion<Content>> {
  const { id, subjectId, name, content, operator, now } = draft;
  return inTransaction(db, async (transaction) => {
    await lockRules(transaction, kind);
    const row = await transaction
      .insertInto('ruleVersions')
      .values({
        id,
        kind,
        subjectId,
        version: sql<number>`(
          select coalesce(max(version), 0) + 1 from rule_versions where subject_id = ${subjectId})`,
        name,
        state: 'draft',
        content: JSON.stringify(content),
        authors: [operator],
        liveFrom: null,
        createdAt: now,
        updatedAt: now,
      })
      .returning([...COLUMNS, 'content'])
      .executeTakeFirstOrThrow();
    await addRuleAudit(transaction, audited(draft, id, 'created'));
    return asVersion<Content>(row);
  });
}

/** What the trail says of a change. */
export const audited = ({ operator, note, now }: RuleChanger, versionId: string, action: RuleAction) => ({
  versionId,
  action,
  actor: `operator:${operator}`,
  note,
  at: now,
});
