import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type {
  Attempt,
  DocumentId,
  Host,
  LegalDocumentList,
  Method,
  OrderDetail,
  Payee,
  Problem,
  Quote,
  Session,
} from '../../cloud/contract/types';
import { SEED_LINKS } from '../../cloud/store';

/** An answer of the API, whatever its status. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface SendOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string | null;
  readonly language?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a window calls back with. */
export type WindowResult = Readonly<Record<string, unknown>>;

/** Where the API and the sandbox are reached. */
export interface Addresses {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
}

/** A request of the sandbox's control API; its JSON. Rejects unless it succeeds. */
export async function control(
  { sandboxUrl }: Pick<Addresses, 'sandboxUrl'>,
  path: string,
  body?: object,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandboxUrl}/control/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /control/${path}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** A signed-in user of one host, talking to the API over HTTP. */
export class TestUser {
  private constructor(
    private readonly addresses: Addresses,
    readonly name: string,
    readonly host: Host,
    readonly session: Session,
  ) {}

  static async signIn(addresses: Addresses, host: Host, name = `user-${randomUUID().slice(0, 8)}`) {
    const { code } = await control(addresses, 'login-codes', { host, user: name });
    const response = await fetch(`${addresses.apiUrl}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ host, code, deviceId: `device-of-${name}` }),
    });
    if (response.status !== 201) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
    return new TestUser(addresses, name, host, (await response.json()) as Session);
  }

  async send<Body = Problem>(path: string, options: SendOptions = {}): Promise<Answer<Body>> {
    const { body, key = randomUUID(), language = 'zh-CN' } = options;
    const method = options.method ?? (body === undefined ? 'GET' : 'POST');
    const response = await fetch(`${this.addresses.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.session.accessToken}`,
        'accept-language': language,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && key !== null && { 'idempotency-key': key }),
        ...options.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? undefined : (JSON.parse(text) as Body);
    return { status: response.status, headers: response.headers, body: parsed as Body };
  }

  /** The body of an answer that must have this status. */
  async expect<Body>(status: number, path: string, body?: unknown): Promise<Body> {
    const answer = await this.send<Body>(path, { body });
    if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Agrees to documents in their versions in force. */
  async agree(...documents: DocumentId[]): Promise<void> {
    const { items } = await this.expect<LegalDocumentList>(200, '/v1/documents');
    const wanted = items.filter(({ id }) => documents.includes(id));
    await this.expect(201, '/v1/me/consents', {
      items: wanted.map(({ id, version }) => ({ document: id, version })),
    });
  }

  quote(amountFen: number, payee: Payee = { linkCode: SEED_LINKS.openAmount }): Promise<Quote> {
    return this.expect(201, '/v1/quotes', { payee, amountFen });
  }

  /** The method of the host's own window. */
  get method(): Method {
    return this.host === 'weapp' ? 'wechat' : 'alipay';
  }

  async order(amountFen: number, payee?: Payee): Promise<OrderDetail> {
    const { quote } = await this.quote(amountFen, payee);
    return this.expect(201, '/v1/orders', { quote, method: this.method });
  }

  attempt(orderId: string, method: Method = this.method): Promise<Attempt> {
    return this.expect(201, `/v1/orders/${orderId}/attempts`, { method });
  }

  read(orderId: string): Promise<OrderDetail> {
    return this.expect(200, `/v1/orders/${orderId}`);
  }

  poll(attempt: Pick<Attempt, 'id' | 'orderId'>): Promise<Attempt> {
    return this.expect(200, `/v1/orders/${attempt.orderId}/attempts/${attempt.id}`);
  }

  /** Opens the native window with what the API answered, and decides. */
  async decide(attempt: Attempt, action = 'pay'): Promise<WindowResult> {
    const { result } = await control(this.addresses, 'window', {
      host: this.host,
      user: this.name,
      params: parametersOf(attempt),
      decision: { action, ...(action === 'pay' && { password: '123456' }) },
    });
    return result as WindowResult;
  }

  /** Orders and pays; the order once it is paid. */
  async pay(amountFen: number, payee?: Payee): Promise<OrderDetail> {
    const order = await this.order(amountFen, payee);
    await this.decide(await this.attempt(order.id));
    return this.until(order.id, 'paid');
  }

  /** Waits, without making the API ask the gateway, until the order is in a state. */
  async until(orderId: string, state: OrderDetail['state'], timeoutMs = 10_000): Promise<OrderDetail> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const order = await this.read(orderId);
      if (order.state === state) return order;
      if (performance.now() > giveUpAt) throw new Error(`the order is ${order.state}, not ${state}`);
      await sleep(20);
    }
  }
}

/** The arguments of `wx.requestPayment` or `my.tradePay` in an attempt. */
export function parametersOf(attempt: Attempt): object {
  const { invocation } = attempt;
  if (invocation === null || invocation.kind === 'handoff') throw new Error('the attempt opens no window');
  const { kind, ...parameters } = invocation;
  return parameters;
}
