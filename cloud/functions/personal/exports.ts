import { Hono } from 'hono';
import { stream } from 'hono/streaming';

import { paths } from '../../contract/paths';
import { exportParametersSchema, personalProofSchema } from '../../contract/personal-schemas';
import type { DataExport, DataExportList } from '../../contract/types';
import { idempotency, type Database } from '../../store';
import {
  askExport,
  exportPart,
  getExport,
  listExports,
  SECTIONS,
  type DataExportRow,
} from '../../store/personal';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { RateLimited } from '../http/rate-limits';
import { noteEvent } from '../security/events';
import { provePerson } from './prove';

/** Copies of all that is kept about an account (PIPL article 45): asked for, made by a job, fetched for a week. */
export function exportRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.exports, signedIn, async (c) => {
    const rows = await listExports(deps.db, c.get('caller').accountId);
    return c.json({ items: rows.map((row) => answerOf(row, deps.now())) } satisfies DataExportList);
  });

  app.post(paths.exports, signedIn, async (c) => {
    const request = await jsonBody(c, personalProofSchema);
    return answerOnce(c, deps, 'exports', request, async (remember) => {
      const caller = c.get('caller');
      const useProof = await provePerson(deps, caller, request, 'export_data');
      const asked = { accountId: caller.accountId, id: deps.newId(), now: deps.now() };
      let body: DataExport | undefined;
      const waitMs = await askExport(deps.db, asked, async (db, row) => {
        await useProof(db);
        await noteEvent(deps, caller, 'export_asked', db);
        body = answerOf(row, asked.now);
        await remember({ status: 201, body }, (kept) => idempotency.finish(db, kept));
      });
      if (waitMs > 0) throw new RateLimited(Math.ceil(waitMs / 1_000));
      return { status: 201, body };
    });
  });

  app.get('/v1/me/exports/:exportId', signedIn, async (c) => {
    const { exportId } = pathParameters(c, exportParametersSchema, 'export_not_found');
    return c.json(await find(c.get('caller').accountId, exportId));
  });

  app.get('/v1/me/exports/:exportId/content', signedIn, async (c) => {
    const { exportId } = pathParameters(c, exportParametersSchema, 'export_not_found');
    const caller = c.get('caller');
    const { state, askedAt } = await find(caller.accountId, exportId);
    if (state === 'waiting') throw new ApiError('export_not_ready');
    if (state === 'removed') throw new ApiError('export_not_found');
    await noteEvent(deps, caller, 'export_read');
    const document = documentOf(deps.db, { accountId: caller.accountId, id: exportId, askedAt });
    c.header('content-type', 'application/json; charset=utf-8');
    c.header('content-disposition', `attachment; filename="tpwallet-${askedAt.slice(0, 10)}.json"`);
    return stream(c, async (out) => {
      for await (const text of document) await out.write(text);
    });
  });

  async function find(accountId: string, id: string): Promise<DataExport> {
    const row = await getExport(deps.db, { accountId, id });
    if (row === undefined) throw new ApiError('export_not_found');
    return answerOf(row, deps.now());
  }

  return app;
}

/** An export whose time is over counts as removed, whether or not the job has been there. */
const answerOf = (
  { id, state, askedAt, readyAt, expiresAt, bytes }: DataExportRow,
  now: Date,
): DataExport => ({
  id,
  state: expiresAt !== null && expiresAt <= now ? 'removed' : state,
  askedAt: askedAt.toISOString(),
  readyAt: readyAt?.toISOString() ?? null,
  expiresAt: expiresAt?.toISOString() ?? null,
  bytes,
});

/** The document, a part of it at a time: a section each, with an array of its items. */
async function* documentOf(
  db: Database,
  { accountId, id, askedAt }: { readonly accountId: string; readonly id: string; readonly askedAt: string },
): AsyncGenerator<string> {
  yield JSON.stringify({ format: 'tpwallet-export-1', exportId: id, askedAt }).slice(0, -1);
  let place = 0;
  let part = await exportPart(db, { accountId, id, from: place });
  for (const { name } of SECTIONS) {
    yield `,${JSON.stringify(name)}:[`;
    for (let first = true; part?.section === name; first = false) {
      yield first ? part.items : `,${part.items}`;
      place = part.place + 1;
      part = await exportPart(db, { accountId, id, from: place });
    }
    yield ']';
  }
  yield '}';
}
