import * as z from 'zod';

import { loginCodeSchema } from './security-schemas';

const instant = z.iso.datetime().describe('UTC instant');

export const phoneSetSchema = z.strictObject({
  proof: z
    .string()
    .min(1)
    .max(4_096)
    .describe("Code of WeChat's button getPhoneNumber, or what my.getPhoneNumber answers, as it came"),
  loginCode: loginCodeSchema,
  challengeId: z
    .uuid()
    .optional()
    .describe('A passed challenge for set_phone; needed where the account has a factor already'),
});
export const smsSentParametersSchema = z.object({ challengeId: z.uuid() });
export const smsSentSchema = z.object({
  sentTo: z.string().describe('The number, masked'),
  expiresAt: instant.describe('The code is taken until then'),
});
