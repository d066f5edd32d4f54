import { defineMessages } from '../define';

/** Words of the pay page. */
export const pay = defineMessages({ 'pay.title': '付款' }, { 'pay.title': 'Pay' });
