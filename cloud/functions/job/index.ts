import { createHash, timingSafeEqual } from 'node:crypto';

import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { jobRunSchema } from '../../contract/schemas';
import type { Dependencies } from '../dependencies';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { JOB_NAMES, runJob, type JobReport } from './jobs';

/** `POST /v1/jobs/run` for timers that call over HTTP: the named jobs, or all. Absent where no secret is set. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const { jobSecret } = deps.settings;
  if (jobSecret === undefined) return app;
  app.post(paths.jobsRun, async (c) => {
    const given = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), digest(jobSecret))) throw new ApiError('unauthenticated');
    const { jobs: wanted = JOB_NAMES } = await jsonBody(c, jobRunSchema);
    const jobs: Record<string, JobReport> = {};
    for (const name of wanted) jobs[name] = await runJob(deps, name);
    return c.json({ jobs });
  });
  return app;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
