import { defineMessages } from '../define';

/** Words of the home page. */
export const home = defineMessages(
  {
    'home.title': 'TPWallet',
    'home.search': '搜索商家：中文、拼音或首字母',
    'home.clear': '清除搜索',
    'home.scan': '扫一扫付款',
    'home.scanHint': '扫商家的收款码',
    'home.notALink': '这不是商家的收款码，请换一个试试',
    'home.recent': '最近付款',
    'home.noRecent': '付款后，商家会出现在这里',
    'home.categories': '全部分类',
    'home.count': '{count} 家',
    'home.results': '搜索结果',
    'home.noResults': '没有找到商家，换个词试试',
    'home.back': '返回全部分类',
    'home.merchantClosed': '暂停收款',
  },
  {
    'home.title': 'TPWallet',
    'home.search': 'Search: Chinese, pinyin or initials',
    'home.clear': 'Clear the search',
    'home.scan': 'Scan to pay',
    'home.scanHint': "Scan the merchant's code",
    'home.notALink': "This is not a merchant's code. Try another one.",
    'home.recent': 'Paid lately',
    'home.noRecent': 'Merchants you pay appear here',
    'home.categories': 'Categories',
    'home.count': '{count} merchants',
    'home.results': 'Results',
    'home.noResults': 'No merchant found. Try other words.',
    'home.back': 'All categories',
    'home.merchantClosed': 'Takes no payments now',
  },
);
