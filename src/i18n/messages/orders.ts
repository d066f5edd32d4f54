import { defineMessages } from '../define';

/** Words of the orders page. */
export const orders = defineMessages({ 'orders.title': '账单' }, { 'orders.title': 'Orders' });
