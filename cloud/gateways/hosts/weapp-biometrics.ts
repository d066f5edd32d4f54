import { createHash } from 'node:crypto';

import * as z from 'zod';

import { BiometricRejected, type HostBiometrics } from './biometrics';
import { hostFailure, type WeappServer } from './weapp-server';

const PATH = '/cgi-bin/soter/verify_signature';
/** The open id is not one of this app's users. */
const OPEN_ID_INVALID = 40003;

/** What the phone's secure chip signed. Phones tell the counter as a number or as its digits, and older ones no `fid`. */
const resultSchema = z.looseObject({
  raw: z.string(),
  cpu_id: z.string().min(1),
  uid: z.union([z.string(), z.number()]).transform(String).default(''),
  fid: z.union([z.string(), z.number()]).transform(String).default(''),
  counter: z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/)]).transform(Number),
});

function resultOf(text: string) {
  try {
    return resultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** WeChat's SOTER: what `wx.startSoterAuthentication` gives, checked by `soter.verifySignature`. */
export function createWeappBiometrics(server: WeappServer): HostBiometrics {
  return {
    async confirm(proof, { openId, nonce }) {
      const result = proof.host === 'weapp' ? resultOf(proof.resultJson) : undefined;
      if (proof.host !== 'weapp' || result?.raw !== nonce)
        throw new BiometricRejected('it was not made for this challenge');
      const body = await server.ask(PATH, {
        openid: openId,
        json_string: proof.resultJson,
        json_signature: proof.signature,
      });
      if (body.errcode === OPEN_ID_INVALID) throw new BiometricRejected('WeChat does not know this user');
      if (body.errcode !== 0) throw hostFailure('misconfigured', body.errcode, PATH);
      if (body.is_ok !== true) throw new BiometricRejected('WeChat does not take the signature');
      const named = [result.cpu_id, result.uid, result.fid].join('\n');
      return { keyId: createHash('sha256').update(named).digest('base64url'), counter: result.counter };
    },
  };
}
