import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import { verifyLedger } from '../../cloud/store';
import { TestUser } from '../support/client';
import { TestOperator } from '../support/operator';
import { OPERATOR_TOKENS, startStack, type Stack } from '../support/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const trail = () => stack.db.selectFrom('operatorAudit').selectAll().orderBy('id').execute();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const broken = async () =>
  (await verifyLedger(stack.db)).violations.filter((line) => line.includes('trail of operators'));

test('what operators change is kept before and after, refusals as well; what they read is not', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const order = await user.pay(2_000);
  const alice = new TestOperator(stack, 'alice');
  await alice.refundsOf(order.id);
  expect(await trail()).toEqual([]);
  await alice.refund(order.id, 500);
  const body = { reason: '商品缺货', amountFen: 5_000_000 };
  await new TestOperator(stack, 'bob').send(`/v1/operator/orders/${order.id}/refunds`, { body });
  const action = 'POST /v1/operator/orders/:orderId/refunds';
  const target = `/v1/operator/orders/${order.id}/refunds`;
  expect(await trail()).toMatchObject([
    { operator: 'alice', action, target, status: null },
    { operator: 'alice', action, target, status: 201 },
    { operator: 'bob', action, target, status: null, contentHash: sha256(JSON.stringify(body)) },
    { operator: 'bob', action, target, status: 409, contentHash: sha256(JSON.stringify(body)) },
  ]);
  expect(await broken()).toEqual([]);
});

test('a body that comes in pieces is kept and done all the same', async () => {
  const response = await fetch(`${stack.apiUrl}/v1/operator/fee-rule-sets/x/submit`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${OPERATOR_TOKENS.alice}`,
      'content-type': 'application/json',
      'idempotency-key': 'a-key-of-this-test',
    },
    body: new Blob(['{"note":', '1}']).stream(),
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBeLessThan(500);
  expect((await trail()).at(-1)).toMatchObject({
    status: response.status,
    contentHash: sha256('{"note":1}'),
  });
});

test('what cannot be kept is not done', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const order = await user.pay(3_000);
  await sql`alter table operator_audit rename to operator_audit_away`.execute(stack.db);
  const answer = await new TestOperator(stack).send(`/v1/operator/orders/${order.id}/refunds`, {
    body: { reason: '商品缺货' },
  });
  await sql`alter table operator_audit_away rename to operator_audit`.execute(stack.db);
  expect(answer.status).toBe(500);
  expect((await user.read(order.id)).refundedFen).toBe(0);
  expect((await new TestOperator(stack).refundsOf(order.id)).items).toEqual([]);
});

test('a row that was changed or taken out is found, and neither can be done by accident', async () => {
  await expect(stack.db.deleteFrom('operatorAudit').execute()).rejects.toThrow('append-only');
  await expect(sql`update operator_audit set operator = 'x'`.execute(stack.db)).rejects.toThrow(
    'append-only',
  );
  await stack.db.connection().execute(async (db) => {
    await sql`alter table operator_audit disable trigger operator_audit_is_append_only`.execute(db);
    await sql`update operator_audit set operator = 'carol' where id = 2`.execute(db);
  });
  expect(await broken()).toEqual([expect.stringContaining('row 2')]);
  await sql`delete from operator_audit where id = 2`.execute(stack.db);
  expect(await broken()).toEqual([expect.stringContaining('row 3')]);
});
