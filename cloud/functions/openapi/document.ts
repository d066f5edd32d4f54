import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';

import { errorStatus, type ErrorCode } from '../../contract/errors';
import { problemSchema } from '../../contract/schemas';
import { OPERATIONS, type Operation } from './operations';

const BODY_PROBLEMS: readonly ErrorCode[] = [
  'malformed_json',
  'body_incomplete',
  'invalid_request',
  'unsupported_media_type',
  'body_too_large',
];
const KEY_PROBLEMS: readonly ErrorCode[] = [
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'idempotency_in_progress',
  'idempotency_mismatch',
];

/** Every problem that an operation can answer. */
export function problemsOf(operation: Operation): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>(operation.problems);
  if (operation.access === 'user') codes.add('unauthenticated').add('token_expired');
  if (operation.access === 'timer' || operation.access === 'operator') codes.add('unauthenticated');
  if (operation.body !== undefined) for (const code of BODY_PROBLEMS) codes.add(code);
  if (operation.idempotencyKey) for (const code of KEY_PROBLEMS) codes.add(code);
  if (operation.access !== 'gateway' && operation.tag !== 'service') codes.add('rate_limited');
  return [...codes.add('internal')];
}

function responsesOf(operation: Operation): ZodOpenApiOperationObject['responses'] {
  const { success } = operation;
  const responses: ZodOpenApiOperationObject['responses'] = {
    [`${success.status}`]: {
      description: success.description,
      ...(success.schema === undefined
        ? {}
        : { content: { 'application/json': { schema: success.schema } } }),
    },
  };
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of problemsOf(operation)) {
    byStatus.set(errorStatus(code), [...(byStatus.get(errorStatus(code)) ?? []), code]);
  }
  // A gateway is answered in its own words, never with a problem document.
  if (operation.access === 'gateway') {
    responses['401'] = { description: 'Not verified: nothing was stored' };
    responses['500'] = { description: 'Not applied: send it again' };
    return responses;
  }
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[`${status}` as '400'] = {
      description: codes.join(', '),
      content: { 'application/problem+json': { schema: problemSchema } },
    };
  }
  return responses;
}

const SECURITY: Readonly<Record<Operation['access'], ZodOpenApiOperationObject['security']>> = {
  public: [],
  gateway: [],
  user: [{ accessToken: [] }],
  operator: [{ operatorToken: [] }],
  timer: [{ jobSecret: [] }],
};

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { parameters, query, body } = operation;
  const header = z.object({
    'Idempotency-Key': z.string().max(255).describe('Chosen by the caller; a retry carries the same one'),
  });
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    security: SECURITY[operation.access] ?? [],
    requestParams: {
      ...(parameters === undefined ? {} : { path: parameters }),
      ...(query === undefined ? {} : { query }),
      ...(operation.idempotencyKey ? { header } : {}),
    },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(operation),
  };
}

/** The OpenAPI 3.1 document of the API. `serverUrl` is the origin it is reached at. */
export function openApiDocument(serverUrl: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'TPWallet',
      version: '1.0.0',
      description: 'Payments inside WeChat and Alipay. Amounts are integer fen, times are UTC instants.',
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        operatorToken: { type: 'http', scheme: 'bearer' },
        jobSecret: { type: 'http', scheme: 'bearer' },
      },
    },
  });
}
