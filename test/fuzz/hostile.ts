import fc from 'fast-check';

/** Nesting that a careless reader follows until its stack ends. */
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
};

/** Text that some layer between the wire and the disk takes for something else. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udc00b',
  '\ufeff{}',
  '\u202e\u2066reversed',
  'e\u0301'.repeat(40),
  '👨‍👩‍👧‍👦'.repeat(16),
  '\uffff\ufffe',
  'ﷺ'.repeat(64),
  'x'.repeat(300),
  'x'.repeat(6_000),
  "' or 1=1 --",
  '$1; drop table orders',
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  'http://169.254.169.254/latest',
  '%00%0a%0d',
  'a\r\nset-cookie: b=c',
  '__proto__',
  'constructor',
  'NaN',
  'Infinity',
  '-1',
  '1e309',
  '0x10',
  '999999999999999999999999',
  'null',
  'true',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T25:61:61Z',
  '2026-11-24T00:00:00.000000000000000000001Z',
  'bm9uc2Vuc2U',
  '===',
];

const HOSTILE_NUMBERS = [
  0,
  -0,
  -1,
  0.5,
  1.000000000000001,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  1e21,
  1e300,
  5e-324,
];

/** A value of JSON of a kind that is seldom wanted. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(...HOSTILE_NUMBERS),
  fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { '': '' }, nested(60), nested(4_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bodies that are no JSON, or JSON that parsers read in different ways. */
export const hostileBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      '[',
      '"',
      '{"a":1}}',
      '{"a":1,"a":2}',
      '{"__proto__":{"accountId":"x"},"constructor":{"prototype":1}}',
      '1e999',
      '-',
      '01',
      'NaN',
      '\ufeff{}',
      '{"a":"\\ud800"}',
      '{"a":"\\u0000"}',
      'null',
      '[]',
      'a=b&c=d',
      '<xml/>',
      '['.repeat(30_000),
      '{"a":'.repeat(8_000),
      `[${'0,'.repeat(20_000)}0]`,
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      'x'.repeat(70_000),
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.from([0xff, 0xfe, 0x7b, 0x00]), Buffer.from([0x22, 0xc3, 0x28, 0x22])),
);

/** Header lines, some of them twice, that a server may stumble over. */
export const hostileHeaders: fc.Arbitrary<Readonly<Record<string, string | string[]>>> = fc.constantFrom<
  Readonly<Record<string, string | string[]>>
>(
  { 'content-type': 'text/plain' },
  { 'content-type': '' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'APPLICATION/JSON;;;;=' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-encoding': 'gzip' },
  { 'accept-language': ['en', 'zh'] },
  { 'accept-language': `${'en;q=0.1,'.repeat(200)}zh;q=NaN` },
  { 'accept-language': 'zh;q=1e999,*;q=-1' },
  { 'idempotency-key': ['one', 'two'] },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'x'.repeat(256) },
  { 'idempotency-key': 'key with spaces' },
  { 'idempotency-key': 'same-for-all' },
  { authorization: ['Bearer a', 'Bearer b'] },
  { authorization: 'Bearer' },
  { authorization: `Bearer ${'a.b.c'.repeat(800)}` },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJhY2NvdW50SWQiOiJ4In0.' },
  { authorization: 'Basic Og==' },
  { 'x-request-id': ['a'.repeat(20), 'b'.repeat(20)] },
  { 'x-request-id': '"}{"level":"error"' },
  { 'x-forwarded-for': ['1.1.1.1', '::1, not an address, ,,,'] },
  { 'x-forwarded-for': '9'.repeat(2_000) },
  { 'x-http-method-override': 'DELETE' },
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { host: 'evil.example:99999' },
  { host: '[' },
  { cookie: '=;=;=' },
  { 'transfer-encoding': 'chunked' },
);

/** Bytes that are no request, or two readings of one. Each ends its connection, so that nobody waits for more. */
export const RAW_REQUESTS: readonly string[] = [
  'GET /v1/me HTTP/9.9\r\nhost: a\r\n\r\n',
  'GET  HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET http:// HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET //v1//orders HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET * HTTP/1.1\r\nhost: a\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
  'TRACE /v1/me HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET /v1/me HTTP/1.1\r\n\r\n',
  'GET /v1/me HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n',
  'GET /v1/me HTTP/1.1\r\nhost: \u00ff\u00fe\r\n\r\n',
  'GET /v1/links/\u00ff\u00fe%ff HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET /v1/links/%E0%A4%A HTTP/1.1\r\nhost: a\r\n\r\n',
  'GET /v1/orders?cursor=%E0%A4%A&limit=%00 HTTP/1.1\r\nhost: a\r\n\r\n',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\n{}}{}',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n{}',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 999999999999\r\ncontent-type: application/json\r\n\r\n{}',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'POST /v1/sessions HTTP/1.1\r\nhost: a\r\nexpect: 200-maybe\r\ncontent-length: 2\r\n\r\n{}',
  `GET /v1/me?${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  `GET /v1/me HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(3_000)}\r\n`,
  '\u0016\u0003\u0001\u0002',
  '\r\n\r\n\r\n',
];
