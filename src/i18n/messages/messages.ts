import { defineMessages } from '../define';

/** Words of the messages page. */
export const messages = defineMessages(
  {
    'messages.title': '消息',
    'messages.empty': '还没有消息',
  },
  {
    'messages.title': 'Messages',
    'messages.empty': 'No messages yet',
  },
);
