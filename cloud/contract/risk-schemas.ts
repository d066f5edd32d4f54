import * as z from 'zod';

import { APPEAL_LENGTH_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits';
import { lockSchema } from './security-schemas';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');
const lineOfText = z.string().regex(/^\P{Cc}*$/u);
const note = lineOfText.trim().min(1).max(200).describe('Kept in the trail');
const name = lineOfText.trim().min(1).max(128).describe('Id of an account or payee, or of a device');

export const riskVerdictSchema = z.enum(['allow', 'challenge', 'block', 'lock']);
const caseStateSchema = z.enum(['open', 'snoozed', 'decided']);
const findingSchema = z.enum(['fraud', 'honest']);
const listSchema = z.enum(['block', 'allow']);
const subjectSchema = z.enum(['user', 'device', 'payee']);

export const riskCaseListQuerySchema = z.object({
  state: caseStateSchema.optional().describe('A case that was put off is open again at its time'),
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const riskCaseParametersSchema = z.object({ caseId: uuid });
export const riskCaseSchema = z.object({
  id: uuid,
  accountId: z.string(),
  state: caseStateSchema,
  finding: findingSchema.nullable(),
  verdict: riskVerdictSchema.describe('The hardest of what was found'),
  score: z.int().describe('The highest of what was found, in hundredths of a unit of log-odds of theft'),
  appealed: z.boolean().describe('The user asks for it to be looked at again'),
  snoozedUntil: instant.nullable(),
  openedAt: instant,
  updatedAt: instant,
});
export const riskCaseListSchema = z.object({
  items: z.array(riskCaseSchema),
  nextCursor: z.string().nullable(),
});
export const riskEventSchema = z.object({
  id: uuid,
  at: instant,
  action: z.enum(['login', 'pin_fail', 'bind_card', 'pay', 'transfer']),
  device: z.string(),
  payee: z.string().nullable(),
  amountFen: z.int().nullable(),
  orderId: uuid.nullable(),
  verdict: riskVerdictSchema,
  held: z.boolean().describe('Stopped, or waiting for a challenge'),
  score: z.int(),
  reasons: z.array(z.string()).describe('Rules that fired, as id@version, and lists, as block_list:device'),
  shadow: z.array(z.string()).describe('Rules in shadow that would have fired'),
  book: z.string().describe('Version of the book of rules'),
  label: findingSchema.nullable(),
});
export const riskCaseDetailSchema = riskCaseSchema.extend({
  locked: z.boolean().describe('Whether the account is stopped from paying'),
  history: z.array(
    z.object({
      action: z.enum(['found', 'snoozed', 'decided', 'appealed', 'unlocked', 'locked']),
      actor: z.string(),
      note: z.string(),
      eventId: uuid.nullable(),
      at: instant,
    }),
  ),
  events: z.array(riskEventSchema).describe('What the account did last, newest first, at most a hundred'),
});
export const riskCaseDecideSchema = z.strictObject({ finding: findingSchema, note });
export const riskCaseSnoozeSchema = z.strictObject({ until: instant, note });

export const riskListedSchema = z.object({
  list: listSchema,
  subject: subjectSchema,
  name: z.string(),
  caseId: uuid.nullable(),
  operator: z.string(),
  note: z.string(),
  addedAt: instant,
});
export const riskListedListSchema = z.object({ items: z.array(riskListedSchema) });
export const riskListedQuerySchema = z.object({
  list: listSchema.optional(),
  name: name.optional().describe('Only names that begin so'),
});
export const riskListSchema = z.strictObject({
  list: listSchema,
  subject: subjectSchema,
  name,
  caseId: uuid.optional().describe('The case that it follows from'),
  note,
});
export const riskUnlistSchema = z.strictObject({ list: listSchema, subject: subjectSchema, name, note });

export const riskAccountParametersSchema = z.object({ accountId: uuid });
export const riskAccountChangeSchema = z.strictObject({ note });
export const riskAccountSchema = z.object({
  accountId: uuid,
  lock: lockSchema.nullable(),
  caseId: uuid.nullable().describe('What was found last'),
});

export const riskStandingSchema = z.object({
  locked: z.boolean().describe('Whether the account is stopped from paying'),
  lockedAt: instant.nullable(),
  appealed: z.boolean().describe('An appeal waits for a person'),
  mayAppeal: z.boolean(),
  appeal: z
    .object({
      state: z.enum(['pending', 'refused', 'granted']),
      text: z.string().describe('What the user said'),
      at: instant,
      answeredAt: instant.nullable(),
    })
    .nullable()
    .describe('The newest appeal about what was found last'),
});
export const riskAppealSchema = z.strictObject({
  text: lineOfText.trim().min(1).max(APPEAL_LENGTH_MAX).describe('What the user says about it'),
});
