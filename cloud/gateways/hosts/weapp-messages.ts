import { noticeValues } from './notice';
import type { HostMessenger } from './port';
import { hostFailure, type WeappServer } from './weapp-server';

const PATH = '/cgi-bin/message/subscribe/send';
/** Characters that a value may have, by the letters of its key. */
const LENGTHS: Readonly<Record<string, number>> = {
  thing: 20,
  character_string: 32,
  number: 32,
  letter: 32,
  symbol: 5,
  phrase: 5,
  name: 10,
  time: 32,
  date: 32,
  amount: 16,
};
const LENGTH_OTHERWISE = 5;

const lengthOf = (key: string): number => LENGTHS[key.replace(/\d+$/, '')] ?? LENGTH_OTHERWISE;

/** The user never subscribed, used the subscription up, refuses, or has gone. */
const DECLINED = [43101, 43107, 40003];
/** Another message to the same user is being sent. */
const PARALLEL = 43108;

/** Notices inside WeChat: subscribe messages (`subscribeMessage.send`). One subscription is one message. */
export function createWeappMessenger(server: WeappServer): HostMessenger {
  return {
    async send(notice) {
      const errcode = await server.call(PATH, {
        touser: notice.openId,
        template_id: notice.template.id,
        page: notice.page,
        data: noticeValues(notice, lengthOf),
        miniprogram_state: 'formal',
        lang: 'zh_CN',
      });
      if (errcode === 0) return 'sent';
      if (DECLINED.includes(errcode)) return 'declined';
      throw hostFailure(errcode === PARALLEL ? 'unknown' : 'misconfigured', errcode, PATH);
    },
  };
}
