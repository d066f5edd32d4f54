import { randomUUID } from 'node:crypto';

import type { OperatorOrderRefunds, OperatorRefund, Problem } from '../../cloud/contract/types';
import type { Addresses, Answer } from './client';
import { OPERATOR_TOKENS } from './stack';

/** An operator, talking to the API over HTTP. */
export class TestOperator {
  constructor(
    private readonly addresses: Pick<Addresses, 'apiUrl'>,
    readonly name: keyof typeof OPERATOR_TOKENS = 'alice',
  ) {}

  async send<Body = Problem>(
    path: string,
    options: { readonly body?: unknown; readonly key?: string | null; readonly token?: string } = {},
  ): Promise<Answer<Body>> {
    const { body, key = randomUUID(), token = OPERATOR_TOKENS[this.name] } = options;
    const response = await fetch(`${this.addresses.apiUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(body !== undefined && key !== null && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  /** Asks for a refund, which must be granted; without an amount of all the rest. */
  async refund(orderId: string, amountFen?: number): Promise<OperatorRefund> {
    const body = { reason: '商品缺货', ...(amountFen !== undefined && { amountFen }) };
    const answer = await this.send<OperatorRefund>(`/v1/operator/orders/${orderId}/refunds`, { body });
    if (answer.status !== 201) throw new Error(`refund: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async refundsOf(orderId: string): Promise<OperatorOrderRefunds> {
    return (await this.send<OperatorOrderRefunds>(`/v1/operator/orders/${orderId}/refunds`)).body;
  }
}
