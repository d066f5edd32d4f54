import { defineMessages } from '../define';

/** Words of the result page. */
export const result = defineMessages({ 'result.title': '支付结果' }, { 'result.title': 'Result' });
