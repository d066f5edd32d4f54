import { paths } from '../../contract/paths';

const TIMEOUT_MS = 50_000;

/**
 * The event function behind the platform's timer: asks the job function to run the due jobs. Rejects where it did not,
 * so that the platform's alarm for failed runs speaks up.
 */
export async function main(): Promise<unknown> {
  const { PUBLIC_BASE_URL: baseUrl, JOB_SECRET: secret } = process.env;
  if (!baseUrl || !secret) throw new Error('PUBLIC_BASE_URL and JOB_SECRET are needed');
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}${paths.jobsRun}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the jobs answered ${response.status}`);
  return response.json();
}
