import { BizContent } from './biz-content';
import {
  admitCaller,
  admitRequest,
  mergeParameters,
  usesCertificates,
  type AdmissionRules,
  type IncomingRequest,
} from './admission';
import { Refusal, tradeRefusal } from './errors';
import { type Call } from './merchant';
import { renderReply, responseRoot } from './wire';

/** A method of the gateway. Its result is the success body; `code` and `msg` are added for `enveloped` ones. */
export interface Method {
  readonly enveloped: boolean;
  readonly run: (call: Call) => object;
}

export interface GatewayOptions {
  readonly rules: Omit<AdmissionRules, 'methods'>;
  readonly methods: Readonly<Record<string, Method>>;
  readonly alipayPrivateKey: string;
  readonly alipayCertSn: string;
}

/**
 * How one reply is to go wrong. `failAfterwards`: the work is done, the reply says it is not known. `refuse`: the
 * merchant's account has not got the money for a refund, or not the permission for anything else.
 */
export interface ReplyFault {
  readonly refuse: boolean;
  readonly spoilSignature: boolean;
  readonly failAfterwards: boolean;
}

export interface Gateway {
  /** Answers one request with the text of the reply, which always goes out with status 200. */
  answer(request: IncomingRequest, fault: ReplyFault): string;
}

/** The gateway proper: admission, dispatch, signed reply. */
export function createGateway(options: GatewayOptions): Gateway {
  const rules: AdmissionRules = { ...options.rules, methods: new Set(Object.keys(options.methods)) };

  const run = (request: IncomingRequest, fault: ReplyFault): object => {
    admitRequest(request, rules);
    const parameters = mergeParameters(request);
    const method = options.methods[parameters.method ?? ''] as Method;
    if (fault.refuse) {
      throw parameters.method === 'alipay.trade.refund'
        ? tradeRefusal('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足')
        : tradeRefusal('ACCESS_FORBIDDEN', '无权限使用接口');
    }
    const result = method.run({ parameters, biz: BizContent.read(parameters.biz_content) });
    if (fault.failAfterwards) throw new Refusal('20000', 'isp.unknow-error', '系统繁忙');
    return method.enveloped ? { code: '10000', msg: 'Success', ...result } : result;
  };

  return {
    answer(request, fault) {
      const parameters = mergeParameters(request);
      const rootOf = (refusal: Refusal): string =>
        refusal.root === 'error' ? 'error_response' : responseRoot(parameters.method ?? '');
      try {
        admitCaller(parameters, rules);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return renderReply(rootOf(error), error.body(), undefined);
      }
      const signing = {
        privateKey: options.alipayPrivateKey,
        certSn: usesCertificates(parameters) ? options.alipayCertSn : undefined,
        spoil: fault.spoilSignature,
      };
      try {
        return renderReply(responseRoot(parameters.method ?? ''), run(request, fault), signing);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return renderReply(rootOf(error), error.body(), signing);
      }
    },
  };
}
