import * as z from 'zod';

import { biometricProofSchema } from './biometric-schemas';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits';

const instant = z.iso.datetime().describe('UTC instant');

export const factorSchema = z
  .enum(['biometric', 'pin', 'totp', 'sms'])
  .describe('What somebody can be asked for');

/** A key of one use. The secret is sealed to it as `cloud/functions/security/README.md` says. */
export const sealingKeySchema = z.object({
  keyId: z.uuid(),
  publicKey: z.string().describe('X25519 (RFC 7748), 32 bytes as base64url'),
  seed: z
    .string()
    .describe(
      "32 random bytes as base64url, mixed into the device's own where its host has no secure source",
    ),
  expiresAt: instant,
});
/** X25519 public key of 32 bytes, text of 64 bytes, tag of 16 bytes. */
const box = z.string().regex(/^[\w-]{150}$/);
export const sealedSchema = z.strictObject({
  keyId: z.uuid(),
  box: box.describe("The device's public key, the ciphertext and its tag, as base64url"),
});
export const loginCodeSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/)
  .describe('A fresh code of wx.login or my.getAuthCode: whoever sets a PIN is in the host now');

export const pinCreateSchema = z.strictObject({ sealed: sealedSchema, loginCode: loginCodeSchema });
export const pinChangeSchema = z.strictObject({
  sealed: sealedSchema.describe('Seals the present PIN and the new one'),
});

export const pinResetRequestSchema = z.strictObject({ loginCode: loginCodeSchema });
export const pinResetSchema = z.strictObject({
  sealed: sealedSchema,
  loginCode: loginCodeSchema,
  challengeId: z
    .uuid()
    .optional()
    .describe('A passed challenge for this action; without one the wait must be over'),
});

export const challengeActionSchema = z.enum([
  'pay',
  'unlock',
  'add_authenticator',
  'remove_authenticator',
  'add_biometric',
  'remove_biometric',
  'reset_pin',
  'set_phone',
  'remove_phone',
  'export_data',
  'delete_account',
  'bind_card',
  'link_login',
  'join_account',
  'unlink_login',
]);
export const challengeSchema = z.object({
  id: z.uuid(),
  action: challengeActionSchema,
  orderId: z.uuid().nullable().describe('The order to be paid'),
  amountFen: z.int().nullable().describe('Integer fen'),
  required: z
    .int()
    .min(1)
    .describe('How many factors of different kinds must be proved: known, had, or part of oneself'),
  passed: z.array(factorSchema),
  available: z
    .array(factorSchema)
    .describe('Factors of the account that count now: of kinds that are not proved yet'),
  state: z.enum(['open', 'passed']),
  expiresAt: instant,
});
export const challengeCreateSchema = z.strictObject({
  action: challengeActionSchema.exclude(['pay', 'bind_card']),
});
export const challengeParametersSchema = z.object({ challengeId: z.uuid() });
const sixDigits = z.string().regex(/^\d{6}$/);
export const challengeAnswerSchema = z.discriminatedUnion('factor', [
  z.strictObject({ factor: z.literal('biometric'), proof: biometricProofSchema }),
  z.strictObject({ factor: z.literal('pin'), sealed: sealedSchema }),
  z.strictObject({ factor: z.literal('totp'), code: sixDigits }),
  z.strictObject({ factor: z.literal('sms'), code: sixDigits }),
  z.strictObject({
    factor: z.literal('recovery'),
    code: z
      .string()
      .regex(/^[\w -]{10,16}$/)
      .describe('Stands for the authenticator'),
  }),
]);

export const passedChallengeSchema = z.strictObject({ challengeId: z.uuid() });
export const authenticatorSetupSchema = z.object({
  secret: z.string().describe('Base32, for an app that reads no QR codes'),
  uri: z.string().describe('otpauth://totp/…'),
  qrImage: z.string().describe('The same as an image, a data URL'),
});
export const authenticatorConfirmSchema = z.strictObject({ code: sixDigits });
export const recoveryCodesSchema = z.object({
  recoveryCodes: z.array(z.string()).describe('Each works once in place of a code; told only now'),
});

export const unlockSchema = z.strictObject({
  challengeId: z.uuid().describe('A passed challenge for this action'),
  loginCode: loginCodeSchema,
});

export const lockReasonSchema = z.enum(['user', 'risk', 'operator']);
export const lockSchema = z.object({
  reason: lockReasonSchema.describe('Who had it locked'),
  lockedAt: instant,
  unlockAfter: instant
    .nullable()
    .describe('Its user cannot unlock it before; null where only an operator can'),
  unlockInMs: z
    .int()
    .min(0)
    .nullable()
    .describe('How long that still is, for whoever trusts no clock of a phone, in ms'),
});

export const securityEventKindSchema = z.enum([
  'pin_set',
  'pin_changed',
  'pin_wrong',
  'pin_locked',
  'account_locked',
  'account_unlocked',
  'pin_reset_asked',
  'pin_reset',
  'authenticator_added',
  'authenticator_removed',
  'biometric_added',
  'biometric_removed',
  'biometric_wrong',
  'code_wrong',
  'recovery_code_used',
  'device_added',
  'signed_in',
  'device_signed_out',
  'others_signed_out',
  'token_reused',
  'phone_set',
  'phone_changed',
  'phone_removed',
  'export_asked',
  'export_read',
  'deletion_asked',
  'deletion_cancelled',
  'account_deleted',
  'login_linked',
  'login_unlinked',
]);
export const securityEventSchema = z.object({ id: z.uuid(), kind: securityEventKindSchema, at: instant });
export const securityEventListQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional()
    .describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const securityEventListSchema = z.object({
  items: z.array(securityEventSchema),
  nextCursor: z.string().nullable().describe('Cursor of the next page; null on the last'),
});
export const securitySchema = z.object({
  pin: z.object({
    set: z.boolean(),
    setAt: instant.nullable(),
    lockedUntil: instant.nullable().describe('Until then no PIN is looked at'),
    resetAfter: instant
      .nullable()
      .describe('From then on a forgotten PIN can be set anew; entering it right ends that'),
  }),
  authenticator: z.object({
    set: z.boolean(),
    recoveryCodesLeft: z.int().min(0),
  }),
  biometric: z.object({
    set: z.boolean().describe('Whether the device that asks proves who its owner is'),
    setAt: instant.nullable(),
    stopped: z.boolean().describe('After proofs that were refused: until the payment PIN is entered right'),
  }),
  phone: z.object({
    available: z.boolean().describe('Whether the host can be asked for it'),
    masked: z.string().nullable().describe('First three and last four digits; null where none is known'),
    verifiedAt: instant.nullable(),
    codes: z.boolean().describe('Whether codes can be sent to it'),
    codesFrom: instant.nullable().describe('From then on, after another number was set'),
  }),
  lock: lockSchema
    .nullable()
    .describe('A locked account pays nothing, binds no card and changes neither PIN nor factors'),
  cautiousUntil: instant.nullable().describe('Until then every payment asks for a factor'),
  limits: z.object({
    freePerDayFen: z.int().describe('What can be paid on one day without a factor, in fen'),
    oneFactorPerDayFen: z.int().describe('What can be paid on one day with one factor, in fen'),
    countFromFen: z.int().describe('Payments below it do not count, in fen'),
  }),
});
