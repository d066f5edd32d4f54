import { defineMessages } from '../define';

/** Words of the orders page. */
export const orders = defineMessages(
  {
    'orders.title': '账单',
    'orders.all': '全部',
    'orders.empty': '还没有订单',
    'orders.emptyState': '没有这类订单',
  },
  {
    'orders.title': 'Orders',
    'orders.all': 'All',
    'orders.empty': 'No orders yet',
    'orders.emptyState': 'No orders like that',
  },
);
