import { Hono } from 'hono';
import { sql } from 'kysely';
import * as z from 'zod';

import { createApp } from '../../cloud/functions/app';
import { createDependencies } from '../../cloud/functions/dependencies';
import { serve } from '../../cloud/functions/server';
import { readSettings } from '../../cloud/functions/settings';
import { startSandbox } from '../../cloud/sandbox';
import { openDatabase } from '../../cloud/store';

/** The whole API, configured by the environment as a deployed function is. */
async function runApi(): Promise<object> {
  const settings = readSettings(process.env);
  const deps = createDependencies(settings, { log: () => undefined });
  const port = Number(new URL(settings.publicBaseUrl).port);
  const { url } = await serve(createApp(deps), port, '127.0.0.1');
  return { url };
}

/** The peer: one endpoint that checks its body and inserts one row. */
async function runInsert(): Promise<object> {
  const db = openDatabase({
    url: process.env.DATABASE_URL ?? '',
    poolMax: Number(process.env.DATABASE_POOL_MAX),
  });
  const bodySchema = z.strictObject({ amountFen: z.int().min(1), remark: z.string().max(60) });
  const app = new Hono();
  app.post('/rows', async (c) => {
    const { amountFen, remark } = bodySchema.parse(await c.req.json());
    await sql`insert into bench_rows (amount_fen, remark) values (${amountFen}, ${remark})`.execute(db);
    return c.json({ amountFen }, 201);
  });
  const { url } = await serve(app, 0, '127.0.0.1');
  return { url };
}

async function runSandbox(): Promise<object> {
  const { url, credentials } = await startSandbox({ port: 0, host: '127.0.0.1' });
  return { url, credentials };
}

/** One of the servers of the bench; tells its parent where it answers, and ends with it. */
async function main(role: string | undefined): Promise<void> {
  const run = { api: runApi, insert: runInsert, sandbox: runSandbox }[role ?? ''];
  if (run === undefined) throw new Error(`no such server: ${role}`);
  process.once('disconnect', () => process.exit(0));
  process.send?.(await run());
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
