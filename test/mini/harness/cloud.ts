import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Credentials } from '../../../cloud/sandbox';
import { exchange, postJson } from './http';

/** A running cloud with its sandbox, seen from outside. */
export interface Cloud {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly credentials: Credentials;
  /** A payout that waits for a user to confirm it in WeChat. */
  readonly waitingPayout: { readonly id: string; readonly payee: string };
  /** A user of either host who has points to spend. */
  readonly pointsUser: string;
  /** A user of either host, with a PIN, whom risk control locked. */
  readonly lockedUser: string;
  control<T>(path: string, body: object): Promise<T>;
  /** What the sandbox tells, read anew. */
  read<T>(path: string): Promise<T>;
  clearFaults(): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts the cloud in a process of its own: the page's environment has none of node's web APIs. */
export async function startCloud(): Promise<Cloud> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'cloud-process.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TZ: 'Asia/Shanghai' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('\n')) resolve(printed);
    });
    void ended.then(() => reject(new Error('the cloud did not start')));
  });
  const started = JSON.parse(line) as Pick<
    Cloud,
    'apiUrl' | 'sandboxUrl' | 'credentials' | 'waitingPayout' | 'pointsUser' | 'lockedUser'
  >;
  return {
    ...started,
    control: (path, body) => postJson(`${started.sandboxUrl}/control/${path}`, body),
    read: async (path) =>
      JSON.parse((await exchange(`${started.sandboxUrl}/control/${path}`, { method: 'GET' })).body),
    clearFaults: () => exchange(`${started.sandboxUrl}/control/faults`, { method: 'DELETE' }),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
