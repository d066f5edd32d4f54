import type { Client } from '../alipay/client';
import { failure } from '../alipay/errors';
import { GatewayError } from '../port';
import { noticeValues } from './notice';
import type { HostMessenger } from './port';

const METHOD = 'alipay.open.app.mini.templatemessage.send';
/** What every value takes, whatever its key. */
const LENGTH_MAX = 20;

/** The user never subscribed, refuses, has had enough today, or has not been here lately. */
const DECLINED = [
  'MSG_UNSUBSCRIBED',
  'MSG_REJECTED',
  'MSG_UNAUTHORIZED',
  'MSG_SINGLE_SD_OVER',
  'NO_RECENT_VISIT_RECORD',
  'USER_ID_INVALID',
];

/** Notices inside Alipay: messages of subscribed templates (`templatemessage.send`). */
export function createAlipayMessenger(client: Pick<Client, 'call'>): HostMessenger {
  return {
    async send(notice) {
      try {
        await client.call(METHOD, {
          bizContent: {
            to_open_id: notice.openId,
            user_template_id: notice.template.id,
            page: notice.page,
            data: JSON.stringify(noticeValues(notice, () => LENGTH_MAX)),
          },
        });
        return 'sent';
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { gatewayCode } = error;
        if (DECLINED.includes(gatewayCode)) return 'declined';
        throw gatewayCode === 'SYSTEM_ERROR' ? failure('unknown', gatewayCode, error.message) : error;
      }
    },
  };
}
