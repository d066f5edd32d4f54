import { defineMessages } from '../define';

/** Words of the home page. */
export const home = defineMessages({ 'home.title': '首页' }, { 'home.title': 'Home' });
