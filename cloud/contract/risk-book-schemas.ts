import * as z from 'zod';

import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, RISK_REHEARSAL_DAYS_MAX, RISK_RULES_MAX } from './limits';
import { riskVerdictSchema } from './risk-schemas';
import { ruleNoteSchema as note, trailEntrySchema } from './rule-schemas';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');
const lineOfText = z.string().regex(/^\P{Cc}*$/u);
const name = lineOfText.trim().min(1).max(60);
const contentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 of the content');
const points = z.int().min(-5_000).max(5_000);
const chance = z.number().gt(0).lt(1);
const limit = z.number().min(-1_000_000).max(1_000_000);

const conditionSchema = z
  .strictObject({
    feature: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/),
    atLeast: limit.optional(),
    below: limit.optional(),
  })
  .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, { path: ['atLeast'] });

export const riskRuleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_.]{2,79}$/),
  version: z.int().min(1).max(1_000_000).describe('Raised whenever the rule changes; told with its id'),
  family: z.enum([
    'device',
    'geography',
    'night',
    'factors',
    'amount',
    'velocity',
    'payee',
    'mule',
    'structuring',
    'card_testing',
    'dormant',
    'new_account',
    'known_bad',
    'trust',
  ]),
  mode: z
    .enum(['live', 'shadow'])
    .describe('In shadow it is told with what is judged and counts for nothing'),
  actions: z.array(z.enum(['login', 'pin_fail', 'bind_card', 'pay', 'transfer'])).max(5),
  when: z.array(conditionSchema).min(1).max(8).describe('Fires where all hold'),
  points: points.describe('Hundredths of a unit of log-odds of theft; negative in the family trust alone'),
  verdict: z.enum(['challenge', 'block', 'lock']).optional().describe('The least that is decided'),
});

export const riskBookContentSchema = z.strictObject({
  basePoints: points.describe('Score of a payment for which no rule fires'),
  target: z
    .strictObject({
      heldGoodPerThousand: z.number().gt(0).max(50),
      challengeFrom: chance,
      challengeAlways: chance,
      blockFrom: chance,
    })
    .describe('What cut-offs are to hold: good payments of a thousand that may be held, chances of theft'),
  rules: z.array(riskRuleSchema).min(1).max(RISK_RULES_MAX),
});

export const riskBookParametersSchema = z.object({ bookId: uuid });
export const riskBookListQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const riskBookWriteSchema = z.strictObject({ name, content: riskBookContentSchema, note });
export const riskBookNoteSchema = z.strictObject({ note });
export const riskBookApproveSchema = z.strictObject({
  contentHash: contentHash.describe('Of what was read'),
  note,
});
export const riskBookShadowSchema = z.strictObject({ on: z.boolean(), note });

export const riskBookSchema = z.object({
  id: uuid,
  version: z.int().describe('Told with decisions as book-version'),
  name: z.string(),
  state: z.enum(['draft', 'review', 'approved']),
  contentHash,
  authors: z.array(z.string()),
  inForce: z.boolean(),
  shadowSince: instant.nullable().describe('Judges beside the book in force since then, and decides nothing'),
  createdAt: instant,
  updatedAt: instant,
});
export const riskBookListSchema = z.object({
  items: z.array(riskBookSchema),
  nextCursor: z.string().nullable(),
});
export const riskBookInForceSchema = z.object({
  version: z.string().describe('As decisions name it'),
  content: riskBookContentSchema,
  shipped: z
    .object({ version: z.string(), content: riskBookContentSchema })
    .describe('Comes with the program'),
});

const verdictCountsSchema = z.object({ allow: z.int(), challenge: z.int(), block: z.int(), lock: z.int() });
const labelledSchema = z.object({
  fraud: z.int(),
  fraudHeld: z.int(),
  honest: z.int(),
  honestHeld: z.int(),
});
export const riskBookReportSchema = z.object({
  events: z.int(),
  payments: z.int(),
  before: verdictCountsSchema.describe('By the book that was in force when it was run'),
  after: verdictCountsSchema,
  harder: z.int().describe('Events judged more hard than before'),
  milder: z.int(),
  rules: z
    .array(z.object({ ruleId: z.string(), before: z.int(), after: z.int() }))
    .describe('How often each rule was a reason of what was stopped'),
  labelledBefore: labelledSchema.describe('Of events that people decided about'),
  labelledAfter: labelledSchema,
});
export const riskBookRehearsalSchema = z.object({
  id: uuid,
  bookId: uuid,
  contentHash,
  from: instant,
  to: instant,
  state: z.enum(['waiting', 'done', 'failed']),
  eventsTotal: z.int().nullable(),
  eventsDone: z.int(),
  report: riskBookReportSchema.nullable(),
  failure: z.enum(['too_many_events', 'book_changed']).nullable(),
  requestedBy: z.string(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});
export const riskBookRehearsalCreateSchema = z
  .strictObject({
    from: instant.describe('Events from then on (inclusive)'),
    to: instant.describe(`Exclusive; at most ${RISK_REHEARSAL_DAYS_MAX} days later`),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= RISK_REHEARSAL_DAYS_MAX * 86_400_000, {
    path: ['to'],
  });
export const riskBookRehearsalParametersSchema = z.object({ bookId: uuid, rehearsalId: uuid });

export const riskBookDetailSchema = riskBookSchema.extend({
  content: riskBookContentSchema,
  activations: z.array(z.object({ liveFrom: instant })).describe('Newest first, at most twenty'),
  shadow: z
    .array(
      z.object({
        verdict: riskVerdictSchema.describe('What was decided'),
        shadow: riskVerdictSchema.describe('What this book would have decided'),
        label: z.enum(['fraud', 'honest']).nullable(),
        events: z.int(),
      }),
    )
    .describe('What it would have stopped since it is in shadow'),
  rehearsals: z.array(riskBookRehearsalSchema).describe('Newest first, at most twenty'),
  audit: z.array(trailEntrySchema),
});

export const riskBookRestoredSchema = z.object({ version: z.string(), liveFrom: instant });
