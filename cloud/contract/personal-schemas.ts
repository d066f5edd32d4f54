import * as z from 'zod';

import { documentIdSchema } from './document-schemas';
import { loginCodeSchema } from './security-schemas';

const instant = z.iso.datetime().describe('UTC instant');
const version = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const kind = z
  .enum(['required', 'separate'])
  .describe('required: nobody is signed in without; separate: a purpose that can be refused alone');
export const legalDocumentSchema = z.object({
  id: documentIdSchema,
  kind,
  version: version.describe('Since when it is in force, yyyy-mm-dd in Asia/Shanghai'),
  title: z.string(),
  paragraphs: z.array(z.string()),
});
export const legalDocumentListSchema = z.object({ items: z.array(legalDocumentSchema) });

export const consentSchema = z.object({
  document: documentIdSchema,
  kind,
  title: z.string(),
  version: version.describe('The version in force'),
  state: z
    .enum(['given', 'outdated', 'withdrawn', 'none'])
    .describe('outdated: given to a version before this one'),
  saidVersion: version.nullable().describe('The version that was agreed to or withdrawn last'),
  at: instant.nullable().describe('When'),
});
export const consentListSchema = z.object({ items: z.array(consentSchema) });
export const consentGiveSchema = z.strictObject({
  items: z
    .array(z.strictObject({ document: documentIdSchema, version }))
    .min(1)
    .max(8)
    .describe('Each with its version in force'),
});
export const consentWithdrawSchema = z.strictObject({
  document: documentIdSchema,
  challengeId: z
    .uuid()
    .optional()
    .describe('A passed challenge for remove_phone; needed for phone_number while a phone is set'),
});

/** Whoever asks is in the host now, and proves a factor where the account has one. */
export const personalProofSchema = z.strictObject({
  loginCode: loginCodeSchema,
  challengeId: z
    .uuid()
    .optional()
    .describe('A passed challenge for this action; needed where the account has a factor'),
});

export const dataExportSchema = z.object({
  id: z.uuid(),
  state: z.enum(['waiting', 'ready', 'removed']),
  askedAt: instant,
  readyAt: instant.nullable(),
  expiresAt: instant.nullable().describe('It can be fetched until then'),
  bytes: z.int().min(0),
});
export const dataExportListSchema = z.object({ items: z.array(dataExportSchema) });
export const exportParametersSchema = z.object({ exportId: z.uuid() });
export const exportContentSchema = z
  .looseObject({ format: z.literal('tpwallet-export-1'), exportId: z.uuid() })
  .describe(
    'All that is kept about the account, a section each; `cloud/store/personal/README.md` names them',
  );

export const deletionObstacleSchema = z.enum(['order_open', 'refund_open', 'payout_due', 'locked']);
export const deletionSchema = z.object({
  deletion: z
    .object({
      state: z.enum(['cooling', 'running']).describe('cooling: it can be taken back'),
      askedAt: instant,
      dueAt: instant.describe('When it begins; later where something is open then'),
    })
    .nullable(),
  obstacles: z.array(deletionObstacleSchema).describe('What stands in the way now'),
  coolingDays: z.int().min(0),
});
