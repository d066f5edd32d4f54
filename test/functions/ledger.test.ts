import { createHash } from 'node:crypto';

import { paths } from '../../cloud/contract/paths';
import type {
  InclusionProof,
  LedgerBalance,
  LedgerHeads,
  LedgerStatement,
  Problem,
} from '../../cloud/contract/types';
import { leafHash, rootFromPath, signedText } from '../../cloud/domain';
import { runJob, type JobReport } from '../../cloud/functions/job/jobs';
import { isLedgerSignature } from '../../cloud/functions/ledger/key';
import { TestUser } from '../support/client';
import { OPERATOR_TOKENS, startStack, type Stack } from '../support/stack';
import { untilSealable } from '../support/store';

let stack: Stack;
let user: TestUser;
beforeAll(async () => {
  stack = await startStack();
  user = await TestUser.signIn(stack, 'weapp');
});
afterAll(() => stack.close());

async function get<Body>(
  path: string,
  token?: string,
): Promise<{ readonly status: number; readonly body: Body }> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Body };
}
async function seal(): Promise<JobReport> {
  await untilSealable(stack.db);
  return runJob(stack.deps, 'seal-ledger');
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

test('a paid order is proven by the published heads once the ledger is sealed', async () => {
  const order = await user.pay(120_050);
  const early = await user.send(paths.orderProof(order.id));
  expect([early.status, early.body.code]).toEqual([409, 'proof_not_ready']);
  expect(await seal()).toEqual({ blocks: 1, leaves: 1 });

  const { status, body: proof } = await user.send<InclusionProof>(paths.orderProof(order.id));
  expect(status).toBe(200);
  expect(JSON.parse(proof.leaf)).toMatchObject({ order: order.id, kind: 'payment' });
  const header = JSON.parse(proof.header) as { root: string; leaves: number };
  const root = rootFromPath(
    sha256,
    { hash: leafHash(sha256, Buffer.from(proof.leaf)), place: proof.place, leaves: header.leaves },
    proof.path.map((node) => Buffer.from(node, 'hex')),
  );
  expect(Buffer.from(root ?? []).toString('hex')).toBe(header.root);

  const { body: published } = await get<LedgerHeads>(paths.ledgerHeads);
  expect(published.publicKey).toBe(proof.publicKey);
  expect(published.heads).toMatchObject([{ block: 1, header: proof.header, signature: proof.signature }]);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  expect(
    isLedgerSignature(
      bytes(published.publicKey),
      Buffer.from(signedText(proof.header)),
      bytes(proof.signature),
    ),
  ).toBe(true);
});

test("nobody gets the proof of another's order, and an unpaid one has none", async () => {
  const paid = await user.pay(1_000);
  await seal();
  const stranger = await TestUser.signIn(stack, 'alipay');
  const refused = await stranger.send(paths.orderProof(paid.id));
  expect([refused.status, refused.body.code]).toEqual([404, 'order_not_found']);
  const unpaid = await user.order(1_000);
  const none = await user.send(paths.orderProof(unpaid.id));
  expect([none.status, none.body.code]).toEqual([409, 'proof_not_ready']);
  const malformed = await user.send('/v1/orders/not-an-id/proof');
  expect([malformed.status, malformed.body.code]).toEqual([404, 'order_not_found']);
});

test('operators read balances at any time and statements page by page; nobody else does', async () => {
  const payer = await TestUser.signIn(stack, 'weapp');
  const before = new Date();
  const orders = [await payer.pay(1_000), await payer.pay(2_000), await payer.pay(3_000)];
  await seal();
  const account = `merchant_payable:${orders[0]?.merchant.id}`;
  const base = `/v1/operator/ledger/accounts/${account}`;
  const balance = (at: Date) =>
    get<LedgerBalance>(`${base}/balance?at=${at.toISOString()}`, OPERATOR_TOKENS.alice);
  const [then, now] = [await balance(before), await balance(new Date(Date.now() + 60_000))];
  expect(now.body.balance - then.body.balance).toBe(-6_000);

  const from = before.toISOString();
  const to = new Date(Date.now() + 60_000).toISOString();
  const page = `${base}/statement?from=${from}&to=${to}&limit=2`;
  const first = await get<LedgerStatement>(page, OPERATOR_TOKENS.alice);
  expect(first.body).toMatchObject({ opening: then.body.balance, closing: now.body.balance });
  const second = await get<LedgerStatement>(`${page}&cursor=${first.body.nextCursor}`, OPERATOR_TOKENS.alice);
  const lines = [...first.body.lines, ...second.body.lines];
  expect(lines.map((line) => [line.orderId, line.amount])).toEqual(
    orders.map((order) => [order.id, -order.amountFen]),
  );
  expect(lines.at(-1)?.balance).toBe(now.body.balance);
  expect(second.body.nextCursor).toBeNull();

  for (const [path, token, status, code] of [
    [page, undefined, 401, 'unauthenticated'],
    [page, user.session.accessToken, 401, 'unauthenticated'],
    [`${page}&cursor=c3RyYW5nZQ`, OPERATOR_TOKENS.alice, 400, 'cursor_invalid'],
    [`${base}/statement?from=yesterday&to=${to}`, OPERATOR_TOKENS.alice, 400, 'invalid_request'],
    [`${base}/balance?unit=YUAN`, OPERATOR_TOKENS.alice, 400, 'invalid_request'],
    ['/v1/operator/ledger/accounts/no%20account/balance', OPERATOR_TOKENS.alice, 404, 'not_found'],
  ] as const) {
    const refused = await get<Problem>(path, token);
    expect([path, refused.status, refused.body.code]).toEqual([path, status, code]);
  }
});
