import { formatRfc3339Ms } from '../beijing-time';
import { cutToBytes } from '../cut';
import type { Shipping } from './port';
import { hostFailure, type WeappServer } from './weapp-server';

const PATH = '/wxa/sec/order/upload_shipping_info';
const DESCRIPTION_BYTES_MAX = 120;
const BY_MERCHANT_NUMBER = 1;
const VIRTUAL = 3;
const UNIFIED = 1;

/** The order can lag behind its payment. */
const NOT_KNOWN_YET = 10060001;
/** Already completed, re-shipped before, refunded or closed, unchanged: nothing is left to do. */
const SETTLED = [10060002, 10060003, 10060004, 10060023];

/** WeChat's shipping management (发货信息管理): what is paid for is delivered at once, so it is virtual and one item. */
export function createWeappShipping(server: WeappServer, { mchId }: { readonly mchId: string }): Shipping {
  return {
    async upload(shipment) {
      const errcode = await server.call(PATH, {
        order_key: {
          order_number_type: BY_MERCHANT_NUMBER,
          mchid: mchId,
          out_trade_no: shipment.outTradeNo,
        },
        logistics_type: VIRTUAL,
        delivery_mode: UNIFIED,
        shipping_list: [{ item_desc: cutToBytes(shipment.description, DESCRIPTION_BYTES_MAX) }],
        upload_time: formatRfc3339Ms(shipment.at),
        payer: { openid: shipment.payerOpenId },
      });
      if (errcode === 0) return 'uploaded';
      if (SETTLED.includes(errcode)) return 'settled';
      throw hostFailure(errcode === NOT_KNOWN_YET ? 'unknown' : 'refused', errcode, PATH);
    },
  };
}
