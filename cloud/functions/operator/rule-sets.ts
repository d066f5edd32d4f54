import { Hono, type Context } from 'hono';
import type { z } from 'zod';

import type { ErrorCode } from '../../contract/errors';
import { FEE_RULES_BYTES_MAX } from '../../contract/limits';
import {
  ruleSetApproveSchema,
  ruleSetListQuerySchema,
  ruleSetNoteSchema,
  ruleSetParametersSchema,
  ruleSetSubmitSchema,
} from '../../contract/rule-schemas';
import { standingOf, type RuleActivation } from '../../domain';
import { idempotency, inTransaction, type Database } from '../../store';
import * as rules from '../../store/rules';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { operatorWith } from '../http/operator';
import { ApiError, type FieldProblem } from '../http/problem';
import { soonestChange } from '../rules/live';

/** Who reads, and when. */
export interface Reader {
  readonly now: Date;
  readonly language: Env['Variables']['language'];
}

/** What sets the endpoints of a set of rules apart. */
interface Endpoints<Draft, Content extends object, Code extends ErrorCode> {
  readonly set: rules.RuleSet<Content, Code>;
  readonly root: string;
  /** Of keys of idempotency. */
  readonly name: string;
  readonly notFound: ErrorCode;
  readonly faulty: ErrorCode;
  /** Reads a draft. */
  readonly draftSchema: z.ZodType<{
    readonly name: string;
    readonly rules: Draft;
    readonly note: string;
  }>;
  readonly contentOf: (rules: Draft) => Content;
  /** What keeps rules from being handed in, in the reader's language. */
  readonly findings: (content: Content, reader: Reader) => readonly FieldProblem[];
  readonly detail: (db: Database, version: rules.RuleVersion<Content>, reader: Reader) => Promise<object>;
}

type AuditEntry = Omit<rules.RuleAuditRow, 'versionId'>;

const isoOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

const inTime = (rows: readonly rules.RuleActivationRow[]): readonly RuleActivation[] =>
  rows.map(({ versionId, liveFrom }) => ({ versionId, liveFromMs: liveFrom.getTime() }));

/** A version as lists tell it; `activations` are those that decide what is live now and later. */
export const versionAnswer = (
  version: Omit<rules.RuleVersion<never>, 'content'>,
  activations: readonly rules.RuleActivationRow[],
  now: Date,
) => ({
  id: version.id,
  version: version.version,
  name: version.name,
  standing: standingOf(version, inTime(activations), now.getTime()),
  contentHash: version.contentHash,
  authors: version.authors,
  liveFrom: isoOrNull(version.liveFrom),
  createdAt: version.createdAt.toISOString(),
  updatedAt: version.updatedAt.toISOString(),
});

/** What was done to a version, as trails tell it. */
export const auditAnswer = ({ action, actor, note, contentHash, at, hash }: AuditEntry) => ({
  action,
  actor,
  note,
  contentHash,
  at: at.toISOString(),
  hash,
});

/** A version with when it was and will be live, and all that was done to it. */
export async function versionDetail(
  db: Database,
  version: Omit<rules.RuleVersion<never>, 'content'>,
  now: Date,
) {
  const activations = await rules.activationsOf(db, [version.subjectId]);
  const audit = await rules.ruleAuditOf(db, [version.id]);
  return {
    ...versionAnswer(version, activations, now),
    activations: activations
      .filter(({ versionId }) => versionId === version.id)
      .map(({ liveFrom }) => ({ liveFrom: liveFrom.toISOString() })),
    audit: audit.map(auditAnswer),
  };
}

/** A set of rules: write them, hand them in, let them go live, take them back, put earlier ones into force again. */
export function ruleSetRoutes<Draft, Content extends object, Code extends ErrorCode>(
  deps: Dependencies,
  endpoints: Endpoints<Draft, Content, Code>,
): App {
  const { set, root, name, notFound } = endpoints;
  const one = `${root}/:ruleSetId`;
  const app = new Hono<Env>();
  const author = operatorWith('author');
  const reviewer = operatorWith('reviewer');

  const idOf = (c: Context<Env>): string => pathParameters(c, ruleSetParametersSchema, notFound).ruleSetId;
  const reader = (c: Context<Env>): Reader => ({ now: deps.now(), language: c.get('language') });
  const changer = (c: Context<Env>, note: string) => ({ operator: c.get('operator'), note, now: deps.now() });

  async function draftIn(c: Context<Env>) {
    const request = await jsonBody(c, endpoints.draftSchema, FEE_RULES_BYTES_MAX);
    const content = endpoints.contentOf(request.rules);
    return { request, draft: { ...changer(c, request.note), name: request.name, content } };
  }

  /** Answers a change once, together with it; a refusal is told by its code, and undoes it. */
  const changed = (
    c: Context<Env>,
    endpoint: string,
    request: object,
    change: (db: Database) => Promise<rules.RuleChange<Content, Code>>,
    status: 200 | 201 = 200,
  ): Promise<Response> =>
    answerOnce(c, deps, endpoint, request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const result = await change(db);
        if (result.outcome === 'refused') throw new ApiError(result.code);
        const body = await endpoints.detail(db, result.version, reader(c));
        const answer = { status, body } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );

  app.get(root, async (c) => {
    const now = deps.now();
    const { subjectId } = set;
    const question = { subjectId, ...query(c, ruleSetListQuerySchema) };
    const found = await pageAt(rules.listVersions(deps.db, question));
    const activations = await rules.activationsFrom(deps.db, { subjectId, now });
    return c.json({
      items: found.items.map((version) => versionAnswer(version, activations, now)),
      nextCursor: found.nextCursor,
    });
  });

  app.post(root, author, async (c) => {
    const { request, draft } = await draftIn(c);
    const { kind, subjectId } = set;
    const create = async (db: Database): Promise<rules.RuleChange<Content, Code>> => {
      const version = await rules.createVersion(db, kind, { ...draft, id: deps.newId(), subjectId });
      return { outcome: 'done', version };
    };
    return changed(c, `operator_${name}_sets`, request, create, 201);
  });

  app.get(one, async (c) => {
    const version = await rules.getVersion<Content>(deps.db, set.kind, idOf(c));
    if (version === undefined) throw new ApiError(notFound);
    return c.json(await endpoints.detail(deps.db, version, reader(c)));
  });

  app.post(`${one}/rules`, author, async (c) => {
    const versionId = idOf(c);
    const { request, draft } = await draftIn(c);
    return changed(c, `operator_${name}`, request, (db) =>
      rules.editVersion(db, set, { ...draft, versionId }),
    );
  });

  app.post(`${one}/submit`, author, async (c) => {
    const versionId = idOf(c);
    const request = await jsonBody(c, ruleSetSubmitSchema);
    const wanted = request.liveFrom === undefined ? null : new Date(request.liveFrom);
    const submission = { ...changer(c, request.note), versionId, liveFrom: () => wanted };
    return changed(c, `operator_${name}`, request, async (db) => {
      const submitted = await rules.submitVersion(db, set, submission);
      // Looked at once nobody can change them any more; a refusal rolls the change back.
      if (submitted.outcome === 'done') {
        const findings = endpoints.findings(submitted.version.content, reader(c));
        if (findings.length > 0) throw new ApiError(endpoints.faulty, findings);
      }
      return submitted;
    });
  });

  app.post(`${one}/approve`, reviewer, async (c) => {
    const versionId = idOf(c);
    const request = await jsonBody(c, ruleSetApproveSchema);
    return changed(c, `operator_${name}`, request, (db) => {
      const by = changer(c, request.note);
      const activation = { activationId: deps.newId(), soonest: soonestChange(by.now) };
      const { contentHash } = request;
      return rules.approveVersion(db, set, { ...by, ...activation, versionId, contentHash });
    });
  });

  app.post(`${one}/reject`, reviewer, async (c) => {
    const versionId = idOf(c);
    const request = await jsonBody(c, ruleSetNoteSchema);
    return changed(c, `operator_${name}`, request, (db) =>
      rules.rejectVersion(db, set, { ...changer(c, request.note), versionId }),
    );
  });

  app.post(`${one}/withdraw`, reviewer, async (c) => {
    const versionId = idOf(c);
    const request = await jsonBody(c, ruleSetNoteSchema);
    return changed(c, `operator_${name}`, request, (db) => {
      const by = changer(c, request.note);
      return rules.withdrawVersion(db, set, { ...by, versionId, soonest: soonestChange(by.now) });
    });
  });

  app.post(`${one}/restore`, reviewer, async (c) => {
    const versionId = idOf(c);
    const request = await jsonBody(c, ruleSetNoteSchema);
    return changed(c, `operator_${name}`, request, (db) => {
      const by = changer(c, request.note);
      const activation = { activationId: deps.newId(), soonest: soonestChange(by.now) };
      return rules.restoreVersion(db, set, { ...by, ...activation, versionId });
    });
  });

  return app;
}
