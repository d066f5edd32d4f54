import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Host } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { control, TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

interface Caught {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands between the gateways and the functions and keeps what comes until a test passes it on. */
let catcher: Server;
let caught: Caught[] = [];
let stack: Stack;
let now: () => Date;

beforeAll(async () => {
  catcher = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      caught.push({ path: request.url ?? '', headers: request.headers, body });
      // The gateway believes that it was received and does not send it again.
      if (request.url?.endsWith('alipay')) response.end('success');
      else response.end('{"code":"SUCCESS"}');
    });
  });
  await new Promise<void>((resolve) => catcher.listen(0, '127.0.0.1', resolve));
  const { port } = catcher.address() as AddressInfo;
  stack = await startStack({
    notifyTimeScale: 0.0001,
    environment: { PUBLIC_BASE_URL: `http://127.0.0.1:${port}` },
    parts: { now: () => now() },
  });
});
beforeEach(() => {
  caught = [];
  now = () => new Date();
});
afterEach(async () => {
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  await stack.close();
  catcher.closeAllConnections();
  await new Promise((resolve) => catcher.close(resolve));
});

async function untilCaught(count: number): Promise<readonly Caught[]> {
  for (let tries = 0; tries < 500 && caught.length < count; tries += 1) await sleep(10);
  if (caught.length < count) throw new Error(`${caught.length} notifications came, not ${count}`);
  return caught;
}

async function passOn({ path, headers, body }: Caught): Promise<number> {
  const kept = Object.entries(headers).filter(([name]) => /^(wechatpay-|content-type)/.test(name));
  const answer = await fetch(`${stack.apiUrl}${path}`, {
    method: 'POST',
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body,
  });
  const text = await answer.text();
  // Alipay reads the word, WeChat Pay the status.
  return path.endsWith('alipay') && text !== 'success' ? 400 : answer.status;
}

async function paidUnheard(host: Host) {
  const user = await TestUser.signIn(stack, host);
  const order = await user.order(2_000);
  await user.decide(await user.attempt(order.id));
  const [paid] = await untilCaught(1);
  if (paid === undefined) throw new Error('no notification');
  return { user, order, paid };
}

describe.each<Host>(['weapp', 'alipay'])('notifications of payments inside %s', (host) => {
  test('fifty times the same at once have one effect and fifty answers that they were received', async () => {
    const { user, order, paid } = await paidUnheard(host);
    const statuses = await Promise.all(Array.from({ length: 50 }, () => passOn(paid)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { history, state } = await user.read(order.id);
    expect(state).toBe('paid');
    expect(history.filter(({ to }) => to === 'paid')).toHaveLength(1);
    const inbox = await stack.db
      .selectFrom('inbox')
      .select('appliedAt')
      .where('body', '=', paid.body)
      .execute();
    expect(inbox).toHaveLength(1);
    expect(inbox[0]?.appliedAt).not.toBeNull();
  });

  test('a refund heard of before its payment, and again after, counts once', async () => {
    const { user, order, paid } = await paidUnheard(host);
    // The payment is found by asking; its notification stays on its way while the order is refunded.
    now = () => new Date(Date.now() + 30_000);
    await runJob(stack.deps, 'settle-unresolved-attempts');
    now = () => new Date();
    await new TestOperator(stack).refund(order.id);
    await runJob(stack.deps, 'send-requested-refunds');
    const [, refunded] = await untilCaught(2);
    if (refunded === undefined) throw new Error('no notification');
    expect([await passOn(refunded), await passOn(paid), await passOn(refunded)]).toEqual([200, 200, 200]);
    const after = await user.read(order.id);
    expect([after.state, after.refunds.map(({ state }) => state)]).toEqual(['refunded', ['succeeded']]);
    expect(
      after.history.filter(({ to, subject }) => to === 'succeeded' && subject === 'refund'),
    ).toHaveLength(1);
    expect(after.history.filter(({ to, subject }) => to === 'paid' && subject === 'order')).toHaveLength(1);
  });

  test('one that was stored but not applied before a crash is applied when it comes again', async () => {
    const { user, order, paid } = await paidUnheard(host);
    // What a crash between storing and applying leaves behind.
    const first = await passOn(paid);
    expect(first).toBe(200);
    await stack.db.updateTable('inbox').set({ appliedAt: null }).where('body', '=', paid.body).execute();
    expect(await passOn(paid)).toBe(200);
    expect((await user.read(order.id)).history.filter(({ to }) => to === 'paid')).toHaveLength(1);
  });

  test('one that cannot be applied is kept, sent again, and then applied once', async () => {
    const { user, order, paid } = await paidUnheard(host);
    const record = jest
      .spyOn(stack.deps.payments, 'record')
      .mockRejectedValueOnce(new Error('the database is gone'));
    expect(await passOn(paid)).toBeGreaterThanOrEqual(400);
    record.mockRestore();
    const kept = () =>
      stack.db.selectFrom('inbox').select('appliedAt').where('body', '=', paid.body).execute();
    expect(await kept()).toEqual([{ appliedAt: null }]);
    expect(await passOn(paid)).toBe(200);
    expect((await kept()).map(({ appliedAt }) => appliedAt !== null)).toEqual([true]);
    expect((await user.read(order.id)).history.filter(({ to }) => to === 'paid')).toHaveLength(1);
  });

  test('one that is changed in any byte of its body changes nothing', async () => {
    const { user, order, paid } = await paidUnheard(host);
    const digest = createHash('sha256').update(paid.body).digest();
    for (const byte of digest.subarray(0, 12)) {
      const at = byte % paid.body.length;
      const other = paid.body[at] === 'x' ? 'y' : 'x';
      const body = `${paid.body.slice(0, at)}${other}${paid.body.slice(at + 1)}`;
      expect(await passOn({ ...paid, body })).toBeGreaterThanOrEqual(400);
    }
    expect((await user.read(order.id)).state).toBe('paying');
    expect(await passOn(paid)).toBe(200);
  });
});

test('JSON that means the same but is written otherwise is not what WeChat Pay signed', async () => {
  const { user, order, paid } = await paidUnheard('weapp');
  const body = JSON.stringify(JSON.parse(paid.body), undefined, 1);
  expect(await passOn({ ...paid, body })).toBe(401);
  expect((await user.read(order.id)).state).toBe('paying');
});

test.each([-301_000, 301_000])(
  'WeChat Pay speaking %i ms away from our clock is not heard',
  async (offsetMs) => {
    const { user, order, paid } = await paidUnheard('weapp');
    const saidAt = Number(paid.headers['wechatpay-timestamp']) * 1_000;
    now = () => new Date(saidAt - offsetMs);
    expect(await passOn(paid)).toBe(401);
    now = () => new Date();
    expect((await user.read(order.id)).state).toBe('paying');
    expect(await passOn(paid)).toBe(200);
  },
);

test('a refund that WeChat Pay closed reaches a person by its notification alone', async () => {
  const { user, order, paid } = await paidUnheard('weapp');
  await passOn(paid);
  await control(stack, 'faults', { gateway: 'wechatpay', operation: 'refund', fault: { kind: 'closed' } });
  await new TestOperator(stack).refund(order.id, 500);
  await runJob(stack.deps, 'send-requested-refunds');
  const [, closed] = await untilCaught(2);
  if (closed === undefined) throw new Error('no notification');
  expect(await passOn(closed)).toBe(200);
  expect((await user.read(order.id)).refunds).toMatchObject([{ state: 'needs_review' }]);
});
