import * as z from 'zod';

import { hostSchema } from './schemas';
import { loginCodeSchema } from './security-schemas';

const instant = z.iso.datetime().describe('UTC instant');

export const loginListSchema = z.object({
  items: z.array(
    z.object({
      host: hostSchema,
      current: z.boolean().describe('Whether it is the login of this session'),
      linkedAt: instant,
    }),
  ),
});

export const linkCodeCreateSchema = z.strictObject({
  challengeId: z.uuid().describe('A passed challenge for link_login'),
  loginCode: loginCodeSchema,
});
export const linkCodeSchema = z.object({
  code: z.string().describe('To be entered in the other host; works once'),
  qrImage: z.string().describe('The same as an image, a data URL'),
  expiresAt: instant,
});

const typedCode = z
  .string()
  .regex(/^[0-9A-Za-z -]{12,24}$/)
  .describe('As the other host shows it; case, spaces and dashes do not matter');
export const joinPreviewCreateSchema = z.strictObject({ code: typedCode });
export const joinPreviewSchema = z.object({
  hosts: z.array(hostSchema).describe('Where the account that stays is signed in to'),
  phone: z.string().describe('Its phone, masked: the same as that of this account'),
  expiresAt: instant.describe('The code works until then'),
  moves: z
    .object({ orders: z.int().min(0), points: z.int().min(0), cards: z.int().min(0) })
    .describe('What of this account becomes part of that one'),
});
export const joinCreateSchema = z.strictObject({
  code: typedCode,
  challengeId: z.uuid().describe('A passed challenge for join_account'),
  loginCode: loginCodeSchema,
});
export const joinedSchema = z.object({
  joined: z.literal(true).describe('This account is signed out; whoever signs in again is in the other'),
});

export const unlinkCreateSchema = z.strictObject({
  host: hostSchema,
  challengeId: z.uuid().describe('A passed challenge for unlink_login'),
});
