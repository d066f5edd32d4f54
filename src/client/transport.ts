import Taro from '@tarojs/taro';

/** One HTTP request, complete with headers. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one request. Rejects only where no answer arrived. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

function parsed(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** A transport over the host's request API. */
export function taroTransport(baseUrl: string): Transport {
  return async ({ method, path, headers, body, timeoutMs }) => {
    try {
      const answer = await Taro.request<unknown>({
        url: baseUrl + path,
        method,
        header: { Accept: 'application/json', ...headers },
        data: body === undefined ? undefined : JSON.stringify(body),
        dataType: 'json',
        timeout: timeoutMs,
      });
      return { status: answer.statusCode, body: parsed(answer.data) };
    } catch (failure) {
      // Alipay calls an answer that is not 2xx a failure, and hands the answer over with it.
      const { status, data } = (failure ?? {}) as { status?: unknown; data?: unknown };
      if (typeof status === 'number' && status >= 100) return { status, body: parsed(data) };
      throw failure;
    }
  };
}
