import { request as httpRequest } from 'node:http';

import * as z from 'zod';

import { jsonBody, readBody } from '../../cloud/functions/http/body';
import { createKernel } from '../../cloud/functions/http/kernel';
import { jsonLog } from '../../cloud/functions/http/log';
import { rateLimits } from '../../cloud/functions/http/rate-limits';
import { serve, type RunningServer } from '../../cloud/functions/server';
import { BODY_BYTES_MAX } from '../../cloud/contract/limits';
import type { Problem } from '../../cloud/contract/types';

const lines: string[] = [];
const now = () => new Date('2026-11-23T08:00:00Z');
const problemOf = async (response: Response) => (await response.json()) as Problem;
let server: RunningServer;
let executions = 0;

beforeAll(async () => {
  let ids = 0;
  const app = createKernel({
    now,
    log: jsonLog((line) => lines.push(line), now),
    newId: () => `generated-${(ids += 1)}`,
    isOriginAllowed: (origin) => origin === 'http://localhost:8080',
    limits: rateLimits({ now, factor: 1 }),
    proxyHops: 0,
  });
  app.post('/v1/echo', async (c) => {
    const body = await jsonBody(c, z.strictObject({ name: z.string().min(1), amountFen: z.int() }));
    executions += 1;
    return c.json(body);
  });
  app.post('/v1/raw', async (c) => c.text(await readBody(c)));
  app.get('/v1/things/:code', (c) => c.json({ code: c.req.param('code') }));
  app.get('/v1/broken', () => {
    throw new Error('the database said password=hunter2 at row 7');
  });
  server = await serve(app, 0, '127.0.0.1');
});
afterAll(() => server.close());
beforeEach(() => {
  lines.length = 0;
  executions = 0;
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Sends a body in chunks without a declared length. */
function postChunked(path: string, chunks: readonly string[]): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      server.url + path,
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

describe('problems', () => {
  test('are RFC 9457 documents with a stable code in the reader’s language', async () => {
    for (const [language, detail] of [
      ['en-GB,en;q=0.9', 'The request body is not valid JSON.'],
      ['zh-CN,zh;q=0.9,en;q=0.8', '请求内容不是有效的 JSON'],
      ['fr', '请求内容不是有效的 JSON'],
      ['fr, en;q=0.2, zh;q=0.1', 'The request body is not valid JSON.'],
    ]) {
      const response = await post('/v1/echo', '{"name":', { 'accept-language': language ?? '' });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(await response.json()).toEqual({
        type: 'urn:tpwallet:problem:malformed_json',
        title: 'The request body is not valid JSON.',
        status: 400,
        code: 'malformed_json',
        detail,
        instance: '/v1/echo',
        requestId: response.headers.get('x-request-id'),
      });
    }
  });

  test('name the fields that are wrong, in the reader’s language', async () => {
    const body = JSON.stringify({ name: '', amountFen: '1', extra: true });
    const english = await problemOf(await post('/v1/echo', body, { 'accept-language': 'en' }));
    expect(english).toMatchObject({ code: 'invalid_request' });
    expect(english.fields?.map((field) => field.path).sort()).toEqual(['', 'amountFen', 'name']);
    const chinese = await problemOf(await post('/v1/echo', body));
    expect(chinese.fields?.every((field) => /\p{Script=Han}/u.test(field.message))).toBe(true);
    expect(executions).toBe(0);
  });

  test('answer unknown paths with 404 and wrong methods with 405 and Allow', async () => {
    const missing = await fetch(`${server.url}/v1/nowhere`);
    expect([missing.status, (await problemOf(missing)).code]).toEqual([404, 'not_found']);
    const wrong = await fetch(`${server.url}/v1/echo`, { method: 'DELETE' });
    expect([wrong.status, (await problemOf(wrong)).code]).toEqual([405, 'method_not_allowed']);
    expect(wrong.headers.get('allow')).toBe('POST');
  });

  test('tell nothing of an unexpected error', async () => {
    const response = await fetch(`${server.url}/v1/broken`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' });
    expect(text).not.toMatch(/hunter2|\.ts|at /);
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['unexpected_error', 'request']);
  });
});

describe('bodies', () => {
  test('must be declared as JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const response = await post('/v1/echo', '{"name":"a","amountFen":1}', { 'content-type': type });
      expect([response.status, (await problemOf(response)).code]).toEqual([415, 'unsupported_media_type']);
    }
    const good = await post('/v1/echo', '{"name":"a","amountFen":1}', {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(await good.json()).toEqual({ name: 'a', amountFen: 1 });
  });

  test('end at the limit, declared or chunked', async () => {
    const large = JSON.stringify({ name: 'a'.repeat(BODY_BYTES_MAX), amountFen: 1 });
    const declared = await post('/v1/echo', large);
    expect([declared.status, (await problemOf(declared)).code]).toEqual([413, 'body_too_large']);
    const chunked = await postChunked('/v1/echo', [large.slice(0, 40_000), large.slice(40_000)]);
    expect([chunked.status, JSON.parse(chunked.body).code]).toEqual([413, 'body_too_large']);
    expect(executions).toBe(0);
    const fits = await post('/v1/raw', 'b'.repeat(BODY_BYTES_MAX));
    expect((await fits.text()).length).toBe(BODY_BYTES_MAX);
  });

  test('keep their bytes when they come in chunks that cut a character', async () => {
    const bytes = Buffer.from('付款');
    const response = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(`${server.url}/v1/raw`, { method: 'POST' }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks).toString()));
      });
      request.on('error', reject);
      request.write(bytes.subarray(0, 2));
      setTimeout(() => request.end(bytes.subarray(2)), 20);
    });
    expect(response).toBe('付款');
  });
});

describe('every answer', () => {
  test('carries the request id given, or one of its own where the given one could forge a log line', async () => {
    const given = await fetch(`${server.url}/v1/things/a`, {
      headers: { 'x-request-id': 'client-request-1' },
    });
    expect(given.headers.get('x-request-id')).toBe('client-request-1');
    for (const bad of ['short', 'a b c d e f g h', 'x'.repeat(65), '"},{"level":"x']) {
      const own = await fetch(`${server.url}/v1/things/a`, { headers: { 'x-request-id': bad } });
      expect(own.headers.get('x-request-id')).toMatch(/^generated-\d+$/);
    }
  });

  test('leaves one JSON line with the route’s pattern and without paths, bodies or tokens', async () => {
    await fetch(`${server.url}/v1/things/SECRETCODE?token=QUERYSECRET`, {
      headers: { authorization: 'Bearer TOPSECRET', 'x-request-id': 'client-request-2' },
    });
    await post('/v1/echo', '{"name":"BODYSECRET","amountFen":1}');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-11-23T08:00:00.000Z',
      level: 'info',
      event: 'request',
      requestId: 'client-request-2',
      method: 'GET',
      route: '/v1/things/:code',
      status: 200,
      durationMs: expect.any(Number),
    });
    expect(lines.join()).not.toMatch(/SECRET/);
  });

  test('has the security headers, and CORS for allowed origins alone', async () => {
    const allowed = await fetch(`${server.url}/v1/things/a`, {
      headers: { origin: 'http://localhost:8080' },
    });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:8080');
    expect(allowed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(allowed.headers.get('cache-control')).toBe('no-store');
    const other = await fetch(`${server.url}/v1/nowhere`, { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('x-content-type-options')).toBe('nosniff');
    const preflight = await fetch(`${server.url}/v1/echo`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:8080', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });
});
