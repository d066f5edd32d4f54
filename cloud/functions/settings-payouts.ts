import type { AlipaySettings, PayoutSettings, Reader } from './settings';

const GATEWAYS = /^(wechatpay|alipay)(,(?!\1)(wechatpay|alipay))?$/;
/** `type=content` of the transfer scene: as long as WeChat Pay takes them. */
const REPORT_INFO = /^([^=;]{1,15})=([^=;]{1,32})$/u;

/** Payouts are off unless a gateway is named and all it needs is there. */
export function readPayouts(
  reader: Reader,
  alipayMode: AlipaySettings['verification']['mode'],
): PayoutSettings {
  if (reader.optional('PAYOUT_GATEWAYS') === undefined) return { gateways: [], transferScene: undefined };
  const named = reader.required(
    'PAYOUT_GATEWAYS',
    'give wechatpay, alipay or both with a comma between, or leave it out',
    (value) => (GATEWAYS.test(value.replaceAll(' ', '')) ? value.replaceAll(' ', '') : undefined),
  );
  const gateways = named.split(',').filter((name) => name === 'wechatpay' || name === 'alipay');
  if (gateways.includes('alipay') && alipayMode !== 'certificate') {
    reader.problems.push(
      'PAYOUT_GATEWAYS names alipay, which pays out in certificate mode only: give ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT and ALIPAY_ROOT_CERT',
    );
  }
  return { gateways, transferScene: gateways.includes('wechatpay') ? readScene(reader) : undefined };
}

function readScene(reader: Reader): PayoutSettings['transferScene'] {
  const id = reader.required(
    'WECHATPAY_TRANSFER_SCENE_ID',
    'give the number of the approved transfer scene (four digits)',
    (value) => (/^\d{4}$/.test(value) ? value : undefined),
  );
  const infos = reader.required(
    'WECHATPAY_TRANSFER_REPORT_INFOS',
    'give type=content for each thing the scene wants reported, with semicolons between',
    (value) => (value.split(';').every((info) => REPORT_INFO.test(info.trim())) ? value : undefined),
  );
  const reportInfos = infos.split(';').map((info) => {
    const [type = '', content = ''] = info.trim().split('=');
    return { type, content };
  });
  return { id, reportInfos };
}
