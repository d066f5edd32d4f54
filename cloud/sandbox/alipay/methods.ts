import { queryBillUrl, type BillOffice } from './bill-methods';
import { Refusal } from './errors';
import { type Method } from './gateway';
import { type Call, type Merchant } from './merchant';
import { confirmIdentity } from './identity-methods';
import { sendTemplateMessage } from './message-methods';
import {
  closeTrade,
  createTrade,
  precreateTrade,
  queryRefund,
  queryTrade,
  refundTrade,
} from './trade-methods';
import { makeTransfer, queryTransfer, type TransferDesk } from './transfer-methods';
import { type Parameters } from './wire';

/** Every method of the gateway by its name on the wire. */
export function listMethods(
  merchant: Merchant,
  desk: TransferDesk,
  oauth: (parameters: Parameters) => object,
  certificate: { readonly pem: string; readonly sn: string },
  bills: BillOffice,
): Readonly<Record<string, Method>> {
  const trade = (run: (merchant: Merchant, call: Call) => object): Method => ({
    enveloped: true,
    run: (call) => run(merchant, call),
  });
  return {
    'alipay.system.oauth.token': { enveloped: false, run: (call) => oauth(call.parameters) },
    'alipay.trade.create': trade(createTrade),
    'alipay.trade.precreate': trade(precreateTrade),
    'alipay.trade.query': trade(queryTrade),
    'alipay.trade.close': trade(closeTrade),
    'alipay.trade.refund': trade(refundTrade),
    'alipay.trade.fastpay.refund.query': trade(queryRefund),
    'alipay.open.app.mini.templatemessage.send': trade(sendTemplateMessage),
    'alipay.security.risk.verifyidentity.miniapp.confirm': trade(confirmIdentity),
    'alipay.fund.trans.uni.transfer': { enveloped: true, run: (call) => makeTransfer(desk, call) },
    'alipay.fund.trans.common.query': { enveloped: true, run: (call) => queryTransfer(desk, call) },
    'alipay.data.dataservice.bill.downloadurl.query': {
      enveloped: true,
      run: (call) => queryBillUrl(merchant, bills, call),
    },
    'alipay.open.app.alipaycert.download': {
      enveloped: true,
      run: ({ biz }) => {
        if (biz.required('alipay_cert_sn', 32) !== certificate.sn) {
          throw new Refusal('40002', 'isv.alipay-cert-not-exist', '支付宝公钥证书不存在');
        }
        return { alipay_cert_content: Buffer.from(certificate.pem).toString('base64') };
      },
    },
  };
}
