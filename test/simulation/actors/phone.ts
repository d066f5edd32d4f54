import { paths } from '../../../cloud/contract/paths';
import type { Process } from '../process';
import type { Answer, Person, World } from '../world';

/** What a phone sends. */
export interface Press {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

const ORIGIN = 'http://localhost';

export function requestOf(press: Press, token: string | undefined): Request {
  const { path, body, key, method = body === undefined ? 'GET' : 'POST' } = press;
  return new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      'x-request-id': 'simulation',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** What is sent, without whose it is. */
export const labelOf = ({ method, body, path }: Press): string =>
  `${method ?? (body === undefined ? 'GET' : 'POST')} ${path.replace(/[0-9a-f-]{36}/g, ':id')}`;

async function signIn(world: World, person: Person): Promise<void> {
  const body = { host: person.host, code: `code-of-${person.openId}`, deviceId: 'device-of-simulation' };
  const answer = await world.send(
    world.server(),
    requestOf({ path: paths.sessions, body }, undefined),
    'signs in',
  );
  if (answer.status !== 201) return;
  person.token = String(answer.body.accessToken);
  person.accountId = (answer.body.account as { readonly id: string }).id;
}

/** Sends what a person pressed to one server, or to any; signs in first where they are not. */
export async function press(
  world: World,
  person: Person,
  what: Press,
  server: Process = world.server(),
): Promise<Answer> {
  if (person.token === undefined) await signIn(world, person);
  const answer = await world.send(
    server.dead ? world.server() : server,
    requestOf(what, person.token),
    labelOf(what),
  );
  if (answer.status === 401) person.token = undefined;
  return answer;
}

/** A key that nobody used before. */
export const newKey = (world: World): string => `key-${(world.serial += 1)}`;

/** Whether whoever got this may, and a good app does, send the same again. */
export const isInDoubt = ({ status }: Answer): boolean => status === 0 || status >= 500;
