import * as z from 'zod';

import { hostSchema } from './schemas';

const instant = z.iso.datetime().describe('UTC instant');

export const deviceSchema = z.object({
  sessionId: z.uuid().describe('Names the device'),
  current: z.boolean().describe('Whether it is the one that asks'),
  host: hostSchema,
  name: z.string().nullable().describe('Model, where the app told it'),
  network: z.string().nullable().describe('Network it was last seen in, too coarse to find anybody by'),
  firstSeenAt: instant,
  lastSeenAt: instant,
});
export const deviceListSchema = z.object({ items: z.array(deviceSchema) });
export const deviceParametersSchema = z.object({ sessionId: z.uuid() });
