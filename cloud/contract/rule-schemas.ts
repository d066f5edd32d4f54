import * as z from 'zod';

import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, REMARK_LENGTH_MAX } from './limits';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');
const lineOfText = z.string().regex(/^\P{Cc}*$/u);

export const ruleNoteSchema = lineOfText.trim().min(1).max(200).describe('Kept in the trail');
export const ruleSetNameSchema = lineOfText.trim().min(1).max(REMARK_LENGTH_MAX);
const contentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('Of the rules as they are; changes with them');

export const ruleSetSubmitSchema = z.strictObject({
  liveFrom: instant.optional().describe('As soon as it is approved where it is left out'),
  note: ruleNoteSchema,
});
export const ruleSetApproveSchema = z.strictObject({ contentHash, note: ruleNoteSchema });
export const ruleSetNoteSchema = z.strictObject({ note: ruleNoteSchema });
export const ruleSetParametersSchema = z.object({ ruleSetId: uuid });
export const ruleSetListQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});

export const ruleSetSchema = z.object({
  id: uuid,
  version: z.int().describe('The number that everything priced by these rules carries'),
  name: z.string(),
  standing: z.enum(['draft', 'review', 'scheduled', 'live', 'retired']),
  contentHash,
  authors: z.array(z.string()).describe('Who may not review it'),
  liveFrom: instant.nullable().describe('When it is wanted to go live'),
  createdAt: instant,
  updatedAt: instant,
});
export const ruleSetListSchema = z.object({
  items: z.array(ruleSetSchema),
  nextCursor: z.string().nullable(),
});
/** What was done to a version. */
export const trailEntrySchema = z.object({
  action: z.string(),
  actor: z.string(),
  note: z.string(),
  contentHash: z.string(),
  at: instant,
  hash: z.string().describe('Covers this row and the hash of the row before'),
});
export const ruleSetDetailSchema = ruleSetSchema.extend({
  activations: z.array(z.object({ liveFrom: instant })).describe('When it went live or will, oldest first'),
  audit: z.array(trailEntrySchema),
});
