import * as z from 'zod';

import { readPhone } from '../../domain/phones';
import { PhoneRejected, type HostPhones } from './phones';
import { hostFailure, type WeappServer } from './weapp-server';

const PATH = '/wxa/business/getuserphonenumber';
/** Unknown, used or expired code; a code of another user. */
const REJECTED = [40029, 40003, 40163];

const answerSchema = z.object({
  phone_info: z.object({
    purePhoneNumber: z.string(),
    countryCode: z.union([z.string(), z.number()]),
    watermark: z.object({ appid: z.string() }),
  }),
});

/** WeChat's button `getPhoneNumber`: its code of one use is exchanged for the number. */
export function createWeappPhones(server: WeappServer, { appId }: { readonly appId: string }): HostPhones {
  return {
    async read(code, openId) {
      const body = await server.ask(PATH, { code, openid: openId });
      if (REJECTED.includes(body.errcode)) throw new PhoneRejected('proof');
      if (body.errcode !== 0) throw hostFailure('misconfigured', body.errcode, PATH);
      const answer = answerSchema.safeParse(body);
      if (!answer.success) throw hostFailure('unknown', 'ANSWER_MALFORMED', PATH);
      const { purePhoneNumber, countryCode, watermark } = answer.data.phone_info;
      if (watermark.appid !== appId) throw hostFailure('unknown', 'WATERMARK_MISMATCH', PATH);
      const phone = readPhone(purePhoneNumber, String(countryCode));
      if (phone === undefined) throw new PhoneRejected('unsupported');
      return phone;
    },
  };
}
