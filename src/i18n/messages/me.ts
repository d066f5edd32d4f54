import { defineMessages } from '../define';

/** Words of the me page. */
export const me = defineMessages({ 'me.title': '我的' }, { 'me.title': 'Me' });
