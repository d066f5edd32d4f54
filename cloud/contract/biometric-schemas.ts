import * as z from 'zod';

/** What a host hands to the app once it has recognised its user, for the challenge it was asked to sign. */
export const biometricProofSchema = z.discriminatedUnion('host', [
  z.strictObject({
    host: z.literal('weapp'),
    resultJson: z
      .string()
      .min(2)
      .max(2_048)
      .describe('`resultJSON` of wx.startSoterAuthentication, as it came'),
    signature: z
      .string()
      .regex(/^[\w+/=-]{16,1024}$/)
      .describe('`resultJSONSignature`'),
  }),
  z.strictObject({
    host: z.literal('alipay'),
    verifyId: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .describe('`verifyId` of my.startIfaaAuthentication'),
  }),
]);
export const biometricNonceSchema = z.object({
  nonce: z.string().describe('What the host is to sign: works once, for this challenge and this session'),
  expiresAt: z.iso.datetime().describe('UTC instant'),
});
export const biometricNonceParametersSchema = z.object({ challengeId: z.uuid() });
export const biometricSetSchema = z.strictObject({
  challengeId: z.uuid().describe('A challenge for this action, passed by the payment PIN'),
  proof: biometricProofSchema,
});
