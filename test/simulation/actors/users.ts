import { paths } from '../../../cloud/contract/paths';
import type { Method } from '../../../cloud/contract/types';
import { SEED_LINKS } from '../../../cloud/store';
import type { Answer, Person, World } from '../world';
import type { Actor } from './actor';
import { merchantId, MERCHANTS } from './merchants';
import { isInDoubt, newKey, press, type Press } from './phone';

const person = (world: World): Person => world.random.pick(world.people) as Person;
/** Somebody with an order, if there is one. */
const buyer = (world: World): Person =>
  world.random.pick(world.people.filter(({ orders }) => orders.length > 0)) ?? person(world);
const RETRIES_MAX = 3;

/** Amounts around which prices change their form, and any other. */
function amountFen(world: World): number {
  const { random } = world;
  switch (random.below(5)) {
    case 0:
      return random.between(1, 300);
    case 1:
      return random.between(49_990, 50_010);
    case 2:
      // Half a fen of fee.
      return 50_000 + 1_000 * random.between(0, 40) + 500;
    case 3:
      return random.between(2_549_000, 2_551_000);
    default:
      return random.between(1, 5_000_000);
  }
}

const methodOf = (world: World): Method => world.random.pickOf<Method>('wechat', 'alipay');

/** Presses until there is an answer, always under the same key. */
async function insist(world: World, who: Person, what: Press): Promise<Answer> {
  let answer = await press(world, who, what);
  for (let retry = 0; retry < RETRIES_MAX && (isInDoubt(answer) || answer.status === 401); retry += 1) {
    if (isInDoubt(answer)) world.count('idempotent_retry');
    await world.pause();
    answer = await press(world, who, what);
  }
  return answer;
}

async function place(world: World, who: Person, twice: boolean): Promise<void> {
  const payee = world.random.chance(700)
    ? { merchantId: merchantId(world.random.between(1, MERCHANTS)) }
    : { linkCode: world.random.pickOf(SEED_LINKS.openAmount, ...world.links) };
  const quote = await press(world, who, { path: paths.quotes, body: { payee, amountFen: amountFen(world) } });
  if (quote.status !== 201) return;
  const key = newKey(world);
  const order: Press = {
    path: paths.orders,
    body: { quote: quote.body.quote, method: methodOf(world), remark: key },
    key,
  };
  if (twice) world.count('double_press');
  const answers = twice
    ? await Promise.all([press(world, who, order), press(world, who, order)])
    : [await insist(world, who, order)];
  for (const answer of answers) {
    if (answer.status !== 201) continue;
    const id = String(answer.body.id);
    world.auditor.acknowledge(key, { table: 'orders', id, text: answer.text });
    if (!who.orders.some((known) => known.id === id)) who.orders.push({ id, attempts: [] });
  }
}

/** A recent order of theirs; older ones are seldom touched. */
function orderOf(world: World, who: Person): Person['orders'][number] | undefined {
  return world.random.pick(who.orders.slice(-4));
}

async function start(world: World, who: Person, method: Method, twice: boolean): Promise<void> {
  const order = orderOf(world, who);
  if (order === undefined) return;
  const what = (): Press => ({
    path: paths.attempts(order.id),
    body: { method },
    key: newKey(world),
  });
  const same = what();
  if (twice) world.count('double_press');
  const answers = twice
    ? await Promise.all([
        press(world, who, same),
        // Half of the time from another phone, which makes a key of its own.
        press(world, who, world.random.chance(500) ? same : what()),
      ])
    : [await insist(world, who, same)];
  for (const answer of answers) {
    if (answer.status !== 201) continue;
    const id = String(answer.body.id);
    if (!order.attempts.includes(id)) order.attempts.push(id);
  }
}

async function poll(world: World, who: Person, query = ''): Promise<void> {
  const order = orderOf(world, who);
  const attempt = world.random.pick(order?.attempts ?? []);
  if (order === undefined || attempt === undefined) return;
  const answer = await press(world, who, { path: `${paths.attempt(order.id, attempt)}${query}` });
  if (answer.status === 200 && answer.body.state === 'succeeded') world.auditor.claim(attempt);
}

/** What people do with the app. Each is a while long: others act in between. */
export const users: Actor = {
  name: 'user',
  actions: [
    {
      name: 'place_order',
      weight: 16,
      run: (world) => world.play('places an order', () => place(world, person(world), false)),
    },
    {
      name: 'place_order_twice',
      weight: 2,
      run: (world) => world.play('presses twice', () => place(world, person(world), true)),
    },
    {
      name: 'start_attempt',
      weight: 24,
      run: (world) => world.play('starts to pay', () => start(world, buyer(world), methodOf(world), false)),
    },
    {
      name: 'start_attempt_twice',
      weight: 3,
      run: (world) =>
        world.play('presses pay twice', () => start(world, buyer(world), methodOf(world), true)),
    },
    {
      name: 'switch_method',
      weight: 5,
      run: (world) =>
        world.play('switches the method', async () => {
          const who = buyer(world);
          world.count('method_switched');
          const first = methodOf(world);
          await start(world, who, first, false);
          await start(world, who, first === 'wechat' ? 'alipay' : 'wechat', false);
        }),
    },
    { name: 'poll', weight: 6, run: (world) => world.play('polls', () => poll(world, buyer(world))) },
    {
      name: 'cancel',
      weight: 3,
      run: (world) =>
        world.play('cancels', async () => {
          const who = buyer(world);
          const order = orderOf(world, who);
          if (order === undefined) return;
          await insist(world, who, { path: paths.orderCancel(order.id), body: {}, key: newKey(world) });
        }),
    },
    {
      name: 'look',
      weight: 2,
      run: (world) =>
        world.play('looks at an order', async () => {
          const who = buyer(world);
          const order = orderOf(world, who);
          if (order === undefined) return;
          const answer = await press(world, who, { path: paths.order(order.id) });
          if (answer.status === 404) world.auditor.report('acknowledged', `order ${order.id} is not found`);
        }),
    },
    {
      name: 'lie',
      weight: 3,
      optional: true,
      // The window was closed, and the app says that it was not; or somebody writes to the address of notifications.
      run: (world) =>
        world.play('lies', async () => {
          world.count('client_lie');
          const who = buyer(world);
          await poll(world, who, '?resultCode=9000&result=success&state=succeeded');
          const order = orderOf(world, who);
          const attempt = order?.attempts.at(-1);
          if (order === undefined || attempt === undefined) return;
          await press(world, who, {
            path: paths.attempts(order.id),
            body: { method: 'wechat', state: 'succeeded', resultCode: '9000' },
            key: newKey(world),
          });
          const outTradeNo = attempt.replaceAll('-', '');
          const forged = await press(world, who, {
            path: paths.notify('alipay'),
            body: { id: 'forged', payment: { outTradeNo, state: 'succeeded', totalFen: 1 } },
          });
          if (forged.status === 200) world.auditor.report('believed', `a forged notification was taken`);
        }),
    },
  ],
};
