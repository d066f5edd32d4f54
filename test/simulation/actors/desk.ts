import { OPERATORS } from '../process';
import type { Answer, World } from '../world';
import { isInDoubt, labelOf, requestOf, type Press } from './phone';

const RETRIES_MAX = 3;

/** One of the operators asks a server, again under the same key until there is an answer. */
export async function ask(
  world: World,
  what: Press,
  operator = world.random.pick(OPERATORS),
): Promise<Answer> {
  const token = operator?.token;
  const send = (): Promise<Answer> =>
    world.send(world.server(), requestOf(what, token), `operator ${labelOf(what)}`);
  let answer = await send();
  for (let retry = 0; retry < RETRIES_MAX && isInDoubt(answer); retry += 1) {
    world.count('idempotent_retry');
    await world.pause();
    answer = await send();
  }
  if (answer.status === 400 || answer.status === 401) {
    world.auditor.report('unexpected_error', `${labelOf(what)} was answered with ${answer.text}`);
  }
  return answer;
}
