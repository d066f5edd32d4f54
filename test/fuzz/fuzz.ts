import fc from 'fast-check';

import { ERRORS } from '../../cloud/contract/errors';
import { Memory } from './memory';
import { shots, type Document, type Shot } from './requests';
import type { Target } from './target';
import { Hang, Wire, type WireAnswer } from './wire';

/** Requests under way at once. */
const AT_ONCE = 8;
/** Requests generated together: a sample costs more to begin than to go on. */
const SAMPLE = 200;
const SAID_EVERY = 10_000;
const TOLD_MAX = 20;
const TOLD_LENGTH_MAX = 4_000;

export interface FuzzFigures {
  readonly requests: number;
  readonly server_errors: number;
  readonly hangs: number;
  /** Refusals that are no problem document with a known code, or that tell of our insides. */
  readonly malformed: number;
  /** Answers by status; 0 for connections that were ended. */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface FuzzOptions {
  readonly target: Target;
  readonly requests: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const INSIDES = /node_modules|\.ts:\d|select .* from |insert into|at \w+ \(/;

/** What is wrong with an answer; undefined where nothing is. */
function faultOf(shot: Shot, answer: WireAnswer): 'server_errors' | 'malformed' | undefined {
  if (answer.status >= 500) return 'server_errors';
  if (answer.status < 400 || shot.kind === 'raw' || shot.request.method === 'HEAD') return undefined;
  if (INSIDES.test(answer.text)) return 'malformed';
  // The server before the API refuses what is hardly HTTP by itself, and gateways are answered in their own words.
  if (answer.status === 431 || shot.path.startsWith('/v1/notify/') || isHostRefused(shot)) return undefined;
  if (!answer.contentType.startsWith('application/problem+json')) return 'malformed';
  const { code } = JSON.parse(answer.text) as { code?: string };
  return code !== undefined && code in ERRORS ? undefined : 'malformed';
}

const isHostRefused = (shot: Shot): boolean => shot.kind === 'http' && 'host' in shot.request.headers;

const told = (shot: Shot): string =>
  shot.kind === 'raw'
    ? JSON.stringify(shot.bytes.slice(0, 400))
    : JSON.stringify({ ...shot.request, body: shot.request.body?.toString('utf8') }).slice(
        0,
        TOLD_LENGTH_MAX,
      );

/** Sends so many requests, the same for the same seed but for the ids that answers name, and counts what may not be. */
export async function fuzz(options: FuzzOptions): Promise<FuzzFigures> {
  const { apiUrl, bearers, known, renew } = options.target;
  const { hostname: host, port } = new URL(apiUrl);
  const document = (await (await fetch(`${apiUrl}/v1/openapi.json`)).json()) as Document;
  const plan = shots(document);
  const memory = new Memory();
  for (const [path, answer] of known) memory.learn(path, answer);
  const wire = new Wire({ host, port: Number(port) }, AT_ONCE);
  const counted = { server_errors: 0, hangs: 0, malformed: 0 };
  const statuses: Record<string, number> = {};
  let tellings = 0;
  const tell = (what: string, shot: Shot): void => {
    if ((tellings += 1) <= TOLD_MAX) options.say(`${what}: ${told(shot)}`);
  };

  async function shoot(shot: Shot): Promise<void> {
    try {
      const answer = shot.kind === 'raw' ? await wire.sendRaw(shot.bytes) : await wire.send(shot.request);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const fault = faultOf(shot, answer);
      if (fault !== undefined) {
        counted[fault] += 1;
        tell(`${answer.status} ${answer.text.slice(0, 300)}`, shot);
      } else if (
        answer.status < 300 &&
        shot.kind === 'http' &&
        answer.contentType.startsWith('application/json')
      )
        memory.learn(shot.path, JSON.parse(answer.text));
    } catch (error) {
      if (!(error instanceof Hang)) throw error;
      counted.hangs += 1;
      tell('no answer', shot);
    }
  }

  let made = 0;
  try {
    while (made < options.requests) {
      const sample = fc.sample(plan, {
        numRuns: Math.min(SAMPLE, options.requests - made),
        seed: options.seed + made,
      });
      await renew();
      const work = async (): Promise<void> => {
        for (let make = sample.pop(); make !== undefined; make = sample.pop())
          await shoot(make(memory, bearers));
      };
      made += sample.length;
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      if (made % SAID_EVERY === 0) options.say(`${made} requests: ${JSON.stringify(statuses)}`);
    }
  } finally {
    wire.close();
  }
  return { requests: made, ...counted, statuses };
}
