import { parseBeijingTime } from '../beijing-time';
import { Refusal } from './errors';
import { findSignatureMismatch, type Parameters } from './wire';

/** A request may be this far from the gateway's clock; a client in another time zone is hours off. */
const CLOCK_SKEW_MAX_MS = 10 * 60 * 1000;

export interface AdmissionRules {
  readonly appId: string;
  /** PEM the merchant registered. */
  readonly appPublicKey: string;
  readonly appCertSn: string;
  readonly alipayRootCertSn: string;
  readonly methods: ReadonlySet<string>;
  readonly now: () => Date;
}

export interface IncomingRequest {
  readonly query: Parameters;
  readonly form: Parameters;
}

const REQUIRED: readonly (readonly [parameter: string, subCode: string, text: string])[] = [
  ['version', 'isv.missing-version', '缺少版本参数'],
  ['timestamp', 'isv.missing-timestamp', '缺少时间戳参数'],
  ['sign_type', 'isv.missing-signature-type', '缺少签名类型参数'],
  ['sign', 'isv.missing-signature', '缺少签名参数'],
];

/** Both places a parameter may be in, as one set: what the signature covers. */
export function mergeParameters(request: IncomingRequest): Parameters {
  return { ...request.query, ...request.form };
}

/** Names the caller, before anything else is looked at: replies to strangers are not signed. Throws Refusal. */
export function admitCaller(parameters: Parameters, rules: AdmissionRules): void {
  if (!parameters.method) throw new Refusal('40001', 'isv.missing-method', '缺少方法名参数', 'error');
  if (!parameters.app_id) throw new Refusal('40001', 'isv.missing-app-id', '缺少appId参数');
  if (parameters.app_id !== rules.appId) throw new Refusal('40002', 'isv.invalid-app-id', '无效的AppID参数');
}

/** Checks the system parameters and the signature of a known caller. Throws Refusal. */
export function admitRequest(request: IncomingRequest, rules: AdmissionRules): void {
  const parameters = mergeParameters(request);
  for (const [parameter, subCode, text] of REQUIRED) {
    if (!parameters[parameter]) throw new Refusal('40001', subCode, text);
  }
  if (parameters.version !== '1.0') throw new Refusal('40002', 'isv.invalid-version', '无效的版本参数');
  if (parameters.format && parameters.format.toUpperCase() !== 'JSON') {
    throw new Refusal('40002', 'isv.invalid-format', '无效的数据格式');
  }
  // The gateway must know the charset before it decodes the body, so it counts in the address only.
  if (request.query.charset?.toLowerCase() !== 'utf-8') {
    throw new Refusal('40002', 'isv.invalid-charset', '字符集错误，请在URL中指定charset');
  }
  if (parameters.sign_type !== 'RSA2')
    throw new Refusal('40002', 'isv.invalid-signature-type', '无效签名类型');
  const sentAt = parseBeijingTime(parameters.timestamp ?? '');
  if (sentAt === undefined || Math.abs(sentAt.getTime() - rules.now().getTime()) > CLOCK_SKEW_MAX_MS) {
    throw new Refusal('40002', 'isv.invalid-timestamp', '非法的时间戳参数');
  }
  admitCertificates(parameters, rules);
  const mismatch = findSignatureMismatch(parameters, rules.appPublicKey);
  if (mismatch !== undefined) {
    throw new Refusal(
      '40002',
      'isv.invalid-signature',
      `验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${mismatch}`,
    );
  }
  if (!rules.methods.has(parameters.method ?? '')) {
    throw new Refusal('40002', 'isv.invalid-method', '不存在的方法名');
  }
}

/** Certificate mode is chosen by the request: both serial numbers, and both right. */
function admitCertificates(parameters: Parameters, rules: AdmissionRules): void {
  if (!usesCertificates(parameters)) return;
  if (!parameters.app_cert_sn)
    throw new Refusal('40001', 'isv.missing-app-cert-sn', '缺少应用公钥证书序列号');
  if (!parameters.alipay_root_cert_sn) {
    throw new Refusal('40001', 'isv.missing-alipay-root-cert-sn', '缺少支付宝根证书序列号');
  }
  if (parameters.app_cert_sn !== rules.appCertSn) {
    throw new Refusal('40002', 'isv.app-cert-not-exist', '应用公钥证书不存在');
  }
  if (parameters.alipay_root_cert_sn !== rules.alipayRootCertSn) {
    throw new Refusal('40002', 'isv.invalid-alipay-root-cert-sn', '无效的支付宝根证书序列号');
  }
}

/** Whether a request speaks certificate mode. */
export function usesCertificates(parameters: Parameters): boolean {
  return Boolean(parameters.app_cert_sn ?? parameters.alipay_root_cert_sn);
}
