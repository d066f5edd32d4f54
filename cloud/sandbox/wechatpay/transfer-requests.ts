import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';

import * as z from 'zod';

import type { TransferTerms } from '../transfers';
import { Refusal, wrongParameter } from './errors';
import { notifyUrl, read } from './requests';

/** What each scene wants reported. Only these scenes are open to the sandbox's merchant. */
const SCENES: Readonly<Record<string, readonly string[]>> = {
  '1000': ['活动名称', '奖励说明'],
  '1005': ['岗位类型', '报酬说明'],
  '1011': ['赔付原因'],
};
/** From this amount on the payee's name must come, and below the other it must not. */
const NAME_FROM_FEN = 200_000;
const NAME_NOT_BELOW_FEN = 30;

const characters = (most: number) =>
  z
    .string()
    .min(1)
    .refine((text) => [...text].length <= most, `longer than ${most} characters`);

const transferSchema = z.strictObject({
  appid: z.string(),
  out_bill_no: z.string().regex(/^[0-9A-Za-z]{1,32}$/),
  transfer_scene_id: z.string(),
  openid: z.string().min(1).max(64),
  user_name: z.string().min(1).max(1024).optional(),
  transfer_amount: z.int().min(10).max(2_000_000_00),
  transfer_remark: characters(32),
  notify_url: notifyUrl.optional(),
  user_recv_perception: z.string().max(32).optional(),
  transfer_scene_report_infos: z.array(
    z.strictObject({ info_type: characters(15), info_content: characters(32) }),
  ),
});

export interface TransferKeys {
  /** PEM of the private half of what merchants encrypt for, by the name in `Wechatpay-Serial`. */
  readonly bySerial: Readonly<Record<string, string>>;
}

/** The body of a new transfer. Throws Refusal. */
export function readTransfer(
  body: string,
  serial: string | undefined,
  { bySerial }: TransferKeys,
): { readonly appId: string; readonly terms: TransferTerms } {
  const request = read(transferSchema, body);
  const wanted = SCENES[request.transfer_scene_id];
  if (wanted === undefined) throw wrongParameter('transfer_scene_id', '转账场景未开通');
  const told = request.transfer_scene_report_infos.map((info) => info.info_type);
  if (JSON.stringify([...told].sort()) !== JSON.stringify([...wanted].sort())) {
    throw wrongParameter('transfer_scene_report_infos', '未按转账场景报备信息');
  }
  const { transfer_amount: amountFen, user_name: sealed } = request;
  if (sealed === undefined && amountFen >= NAME_FROM_FEN)
    throw wrongParameter('user_name', '收款用户姓名必填');
  if (sealed !== undefined && amountFen < NAME_NOT_BELOW_FEN) {
    throw wrongParameter('user_name', '转账金额低于0.3元，不允许填写收款用户姓名');
  }
  return {
    appId: request.appid,
    terms: {
      number: request.out_bill_no,
      amountFen,
      payee: request.openid,
      payeeName: sealed === undefined ? undefined : openName(sealed, bySerial[serial ?? '']),
      remark: request.transfer_remark,
      notifyUrl: request.notify_url,
    },
  };
}

function openName(sealed: string, privateKey: string | undefined): string {
  if (privateKey === undefined) throw new Refusal(400, 'PARAM_ERROR', 'Http头Wechatpay-Serial缺失或有误');
  try {
    const key = createPrivateKey(privateKey);
    const padded = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return privateDecrypt(padded, Buffer.from(sealed, 'base64')).toString('utf8');
  } catch {
    throw wrongParameter('user_name', '敏感信息解密失败');
  }
}
