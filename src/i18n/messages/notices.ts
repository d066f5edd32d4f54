import { defineMessages } from '../define';

/** Words of the offer to be told of results by the host. */
export const notices = defineMessages(
  {
    'host.weapp': '微信',
    'host.alipay': '支付宝',
    'notices.offer': '下次付款或退款有结果时，在{host}里通知你',
    'notices.allow': '开启通知',
    'notices.allowed': '已开启，下次有结果时会在{host}里通知你',
    'notices.refused': '没有开启。所有消息都可以在“我的 › 消息”里查看',
    'notices.turned_off':
      '{host}的设置里关闭了小程序通知，打开后才能收到。所有消息都可以在“我的 › 消息”里查看',
    'notices.unavailable': '{host}现在无法开启通知，请稍后再试',
  },
  {
    'host.weapp': 'WeChat',
    'host.alipay': 'Alipay',
    'notices.offer': 'Have {host} tell you of your next payment or refund',
    'notices.allow': 'Turn on',
    'notices.allowed': 'Turned on: {host} will tell you next time',
    'notices.refused': 'Not turned on. Every message is under “Me › Messages”',
    'notices.turned_off':
      'Notices of mini-programs are off in the settings of {host}. Every message is under “Me › Messages”',
    'notices.unavailable': '{host} cannot turn notices on now. Please try again later',
  },
);
