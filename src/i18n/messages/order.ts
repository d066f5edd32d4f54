import { defineMessages } from '../define';

/** Words of the order page. */
export const order = defineMessages({ 'order.title': '订单详情' }, { 'order.title': 'Order details' });
