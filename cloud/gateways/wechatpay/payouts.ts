import { constants, publicEncrypt, type KeyObject } from 'node:crypto';

import type * as z from 'zod';

import { cutToCharacters } from '../cut';
import type { PaymentGateway, PayoutReport, PayoutRequest } from '../port';
import type { Call, Client } from './client';
import { failure, hasCode, unbelievable } from './errors';
import { payoutReport, transferCreatedSchema, transferSchema } from './payout-answers';

/** What a merchant may pay out for: each scene is applied for, and says what must be reported with a transfer. */
export interface TransferScene {
  readonly id: string;
  readonly reportInfos: readonly { readonly type: string; readonly content: string }[];
}

export interface PayoutOptions {
  readonly appId: string;
  readonly mchId: string;
  readonly notifyUrl: string;
  readonly scene: TransferScene | undefined;
  readonly client: Client;
}

const REMARK_CHARACTERS_MAX = 32;
/** A name is refused with less than this. */
const NAME_FEN_LEAST = 30;
const BILLS = '/v3/fund-app/mch-transfer/transfer-bills';

/**
 * Transfers to users (商家转账, the mode in which users confirm). An answer other than success leaves open whether the
 * transfer was made: the number stays, and a query tells.
 */
export function createPayouts(options: PayoutOptions): Pick<PaymentGateway, 'payOut' | 'queryPayout'> {
  const { appId, mchId, scene, client } = options;

  async function ask<S extends z.ZodType<{ out_bill_no: string }>>(
    schema: S,
    call: Call,
    outBillNo: string,
  ): Promise<z.infer<S>> {
    const answer = schema.safeParse(await client.call(call));
    if (!answer.success) throw unbelievable('ANSWER_MALFORMED', `${call.path}: ${answer.error.message}`);
    if (answer.data.out_bill_no !== outBillNo) {
      throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another transfer');
    }
    return answer.data;
  }

  async function encrypted({ payee, amountFen }: PayoutRequest) {
    if (payee.name === undefined || amountFen < NAME_FEN_LEAST) return undefined;
    const reader = await client.keys.forEncryption();
    if (reader === undefined) throw failure('misconfigured', 'NO_PLATFORM_KEY', 'nothing to encrypt with');
    return { userName: encryptFor(payee.name, reader.key), serial: reader.serial };
  }

  return {
    async payOut(request): Promise<PayoutReport> {
      const { outBillNo, payee } = request;
      if (scene === undefined) throw failure('misconfigured', 'PAYOUTS_OFF', 'no transfer scene is set');
      if (payee.kind !== 'open_id') {
        throw failure('refused', 'PAYEE_KIND', 'WeChat Pay pays out to open ids alone');
      }
      const name = await encrypted(request);
      const transfer = await ask(
        transferCreatedSchema,
        {
          method: 'POST',
          path: BILLS,
          ...(name && { encryptedFor: name.serial }),
          data: {
            appid: appId,
            out_bill_no: outBillNo,
            transfer_scene_id: scene.id,
            openid: payee.id,
            ...(name && { user_name: name.userName }),
            transfer_amount: request.amountFen,
            transfer_remark: cutToCharacters(request.remark, REMARK_CHARACTERS_MAX),
            notify_url: options.notifyUrl,
            transfer_scene_report_infos: scene.reportInfos.map(({ type, content }) => ({
              info_type: type,
              info_content: content,
            })),
          },
        },
        outBillNo,
      );
      return { ...payoutReport(transfer), amountFen: request.amountFen };
    },
    async queryPayout(outBillNo) {
      try {
        const path = `${BILLS}/out-bill-no/${encodeURIComponent(outBillNo)}`;
        const transfer = await ask(transferSchema, { method: 'GET', path }, outBillNo);
        if (transfer.mch_id !== mchId) {
          throw unbelievable('ANSWER_MISMATCH', 'the answer speaks of another merchant');
        }
        return payoutReport(transfer);
      } catch (error) {
        if (!hasCode(error, 'NOT_FOUND')) throw error;
        return {
          outBillNo,
          state: 'not_found',
          billNumber: undefined,
          amountFen: undefined,
          confirmation: undefined,
          reason: undefined,
        };
      }
    },
  };
}

/** RSAES-OAEP with SHA-1, as the APIv3 asks for sensitive fields; base64. */
function encryptFor(text: string, key: KeyObject): string {
  const padded = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  return publicEncrypt(padded, Buffer.from(text)).toString('base64');
}
