import { paths } from '../../cloud/contract/paths';
import type {
  Problem,
  RiskBookContent,
  RiskBookDetail,
  RiskBookInForce,
  RiskBookRehearsal,
} from '../../cloud/contract/types';
import { RULE_BOOK } from '../../cloud/domain/risk';
import { runJob } from '../../cloud/functions/job/jobs';
import { TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

/** Longer than a change of books takes until every process judges by it, in ms. */
const TAKES_EFFECT_MS = 11_000;
const DAY_MS = 86_400_000;
const EVERY_PAYMENT = 'amount.every_payment';

let stack: Stack;
let shipped: RiskBookContent;
let now = new Date('2026-11-24T02:00:00.000Z');
const pass = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};

beforeAll(async () => {
  stack = await startStack({ parts: { now: () => now } });
  const { body } = await alice().send<RiskBookInForce>(`${paths.operatorRiskBooks}/in-force`);
  expect(body.version).toBe(RULE_BOOK.version);
  expect(body.content).toEqual(body.shipped.content);
  shipped = body.content;
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  expect(await brokenInvariants(stack.db)).toEqual([]);
  await stack.close();
});

const alice = () => new TestOperator(stack, 'alice');
const bob = () => new TestOperator(stack, 'bob');
const act = <Body = RiskBookDetail>(by: TestOperator, id: string, action: string, body: object = {}) =>
  by.send<Body>(`${paths.operatorRiskBooks}/${id}/${action}`, { body: { note: 'because', ...body } });
const refusal = async (by: TestOperator, id: string, action: string, body: object = {}) =>
  (await act<Problem>(by, id, action, body)).body.code;
const detail = async (id: string): Promise<RiskBookDetail> =>
  (await alice().send<RiskBookDetail>(`${paths.operatorRiskBooks}/${id}`)).body;

/** What comes with the program, and a challenge for whatever is paid. */
const strict = (): RiskBookContent => ({
  ...shipped,
  rules: [
    ...shipped.rules,
    {
      id: EVERY_PAYMENT,
      version: 1,
      family: 'amount',
      mode: 'live',
      actions: ['pay'],
      when: [{ feature: 'newPayee', atLeast: 0 }],
      points: 0,
      verdict: 'challenge',
    },
  ],
});
const write = (content: RiskBookContent) => ({ name: '全部验证', content, note: 'for a test' });
async function draft(): Promise<RiskBookDetail> {
  const created = await alice().send<RiskBookDetail>(paths.operatorRiskBooks, { body: write(strict()) });
  expect(created.status).toBe(201);
  return created.body;
}

/** A payment that somebody new begins; the code of the refusal, and what was kept of it. */
async function pay() {
  const user = await TestUser.signIn(stack, 'weapp');
  const { id } = await user.order(3_000);
  const { body } = await user.send<Problem>(`/v1/orders/${id}/attempts`, { body: { method: user.method } });
  const event = await stack.db
    .selectFrom('riskEvents')
    .select(['id', 'verdict', 'book', 'shadow'])
    .where('orderId', '=', id)
    .executeTakeFirstOrThrow();
  return { code: body.code, event };
}

async function rehearsed(id: string): Promise<RiskBookRehearsal> {
  const period = {
    from: new Date(now.getTime() - DAY_MS).toISOString(),
    to: new Date(now.getTime() + 1).toISOString(),
  };
  const path = `${paths.operatorRiskBooks}/${id}/rehearsals`;
  const asked = await alice().send<RiskBookRehearsal>(path, { body: period });
  expect(asked.body.state).toBe('waiting');
  await runJob(stack.deps, 'run-rehearsals');
  return (await alice().send<RiskBookRehearsal>(`${path}/${asked.body.id}`)).body;
}

test('a book is run over past days, judges in shadow, is let decide by a second person, and is rolled back', async () => {
  const first = await pay();
  const second = await pay();
  expect([first.code, second.code]).toEqual([undefined, undefined]);
  const label = stack.db.updateTable('riskEvents').set({ label: 'fraud' });
  await label.where('id', '=', first.event.id).execute();
  const { id, contentHash, version } = await draft();

  pass(1_000);
  const rehearsal = await rehearsed(id);
  expect(rehearsal).toMatchObject({ state: 'done', failure: null });
  expect(rehearsal.eventsDone).toBe(rehearsal.eventsTotal);
  expect(rehearsal.report).toMatchObject({
    payments: 2,
    harder: 2,
    milder: 0,
    before: { challenge: 0 },
    after: { challenge: 2 },
    labelledBefore: { fraud: 1, fraudHeld: 0, honest: 0, honestHeld: 0 },
    labelledAfter: { fraud: 1, fraudHeld: 1, honest: 0, honestHeld: 0 },
  });
  expect(rehearsal.report?.rules).toContainEqual({ ruleId: EVERY_PAYMENT, before: 0, after: 2 });

  expect((await act(bob(), id, 'shadow', { on: true })).body.shadowSince).toBe(now.toISOString());
  expect(await refusal(alice(), id, 'rules', write(strict()))).toBe('risk_book_in_shadow');
  pass(TAKES_EFFECT_MS);
  const watched = await pay();
  expect(watched.code).toBeUndefined();
  expect(watched.event).toMatchObject({ verdict: 'allow', shadow: [`shadow:book-${version}:challenge`] });
  expect((await detail(id)).shadow).toEqual([
    { verdict: 'allow', shadow: 'challenge', label: null, events: 1 },
  ]);

  expect(await refusal(bob(), id, 'approve', { contentHash })).toBe('risk_book_not_in_review');
  expect((await act(alice(), id, 'submit')).body.state).toBe('review');
  expect(await refusal(alice(), id, 'approve', { contentHash })).toBe('risk_book_needs_second_person');
  expect(await refusal(bob(), id, 'approve', { contentHash: '0'.repeat(64) })).toBe('risk_book_changed');
  expect((await act(bob(), id, 'approve', { contentHash })).body).toMatchObject({
    state: 'approved',
    shadowSince: null,
  });
  pass(TAKES_EFFECT_MS);
  const challenged = await pay();
  expect(challenged.code).toBe('challenge_required');
  expect(challenged.event).toMatchObject({ verdict: 'challenge', book: `book-${version}`, shadow: [] });
  expect((await detail(id)).inForce).toBe(true);

  const back = await act(bob(), 'shipped', 'restore');
  expect(back.status).toBe(200);
  pass(TAKES_EFFECT_MS);
  expect((await pay()).event).toMatchObject({ verdict: 'allow', book: RULE_BOOK.version });
  expect((await act(bob(), id, 'restore')).status).toBe(200);
  pass(TAKES_EFFECT_MS);
  expect((await pay()).code).toBe('challenge_required');
  await act(bob(), 'shipped', 'restore');
  pass(TAKES_EFFECT_MS);

  const told = await detail(id);
  expect(told.audit.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
    'operator:alice created',
    'operator:alice rehearsal_requested',
    'operator:bob shadow_begun',
    'operator:alice submitted',
    'operator:bob approved',
    'operator:bob restored',
  ]);
  expect(told.activations).toHaveLength(2);
});

test('a book that was not run over past days, or was never in force, does not decide', async () => {
  const { id, contentHash } = await draft();
  expect(await refusal(bob(), id, 'restore')).toBe('risk_book_never_in_force');
  expect(await refusal(bob(), id, 'reject')).toBe('risk_book_not_in_review');
  await act(alice(), id, 'submit');
  expect(await refusal(alice(), id, 'rules', write(strict()))).toBe('risk_book_not_draft');
  expect(await refusal(bob(), id, 'approve', { contentHash })).toBe('risk_book_not_rehearsed');
  expect((await act(bob(), id, 'reject')).body.state).toBe('draft');
  const [rule] = strict().rules.slice(-1);
  const edited = await act(
    alice(),
    id,
    'rules',
    write({ ...shipped, rules: rule === undefined ? [] : [rule] }),
  );
  expect(edited.body.contentHash).not.toBe(contentHash);
  await expect(
    stack.db.updateTable('riskBooks').set({ content: '{}' }).where('state', '=', 'approved').execute(),
  ).rejects.toThrow('never changes');
});

test('what cannot be judged by is refused, and says why', async () => {
  const content = strict();
  const rules = content.rules.map((rule) =>
    rule.id === EVERY_PAYMENT ? { ...rule, when: [{ feature: 'moonPhase', atLeast: 1 }], points: -1 } : rule,
  );
  const target = { ...content.target, challengeFrom: 0.95 };
  const body = write({ ...content, target, rules: [...rules, ...rules.slice(0, 1)] });
  const answer = await alice().send(paths.operatorRiskBooks, { body });
  expect(answer.body.code).toBe('risk_book_faulty');
  expect(answer.body.fields?.map(({ path }) => path).sort()).toEqual([
    'content',
    `content.rules.${EVERY_PAYMENT}`,
    `content.rules.${EVERY_PAYMENT}`,
    `content.rules.${rules[0]?.id ?? ''}`,
  ]);
});
