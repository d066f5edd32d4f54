export default defineAppConfig({
  pages: [
    'pages/home/index',
    'pages/pay/index',
    'pages/result/index',
    'pages/orders/index',
    'pages/order/index',
    'pages/me/index',
  ],
  subPackages: [
    { root: 'packages/linking', pages: ['index', 'code/index', 'join/index'] },
    { root: 'packages/messages', pages: ['index'] },
    { root: 'packages/payouts', pages: ['index'] },
    { root: 'packages/points', pages: ['index'] },
    { root: 'packages/privacy', pages: ['index', 'document/index'] },
    { root: 'packages/promotions', pages: ['index'] },
    {
      root: 'packages/security',
      pages: [
        'index',
        'pin/index',
        'challenge/index',
        'authenticator/index',
        'devices/index',
        'locked/index',
      ],
    },
  ],
  window: {
    navigationBarBackgroundColor: '#ffffff',
    navigationBarTextStyle: 'black',
    navigationBarTitleText: 'TPWallet',
    backgroundColor: '#f4f7f7',
    backgroundTextStyle: 'dark',
  },
  tabBar: {
    color: '#5b6b6f',
    selectedColor: '#00796b',
    backgroundColor: '#ffffff',
    borderStyle: 'white',
    list: [
      {
        pagePath: 'pages/home/index',
        text: '首页',
        iconPath: 'assets/tab-home.png',
        selectedIconPath: 'assets/tab-home-selected.png',
      },
      {
        pagePath: 'pages/orders/index',
        text: '账单',
        iconPath: 'assets/tab-orders.png',
        selectedIconPath: 'assets/tab-orders-selected.png',
      },
      {
        pagePath: 'pages/me/index',
        text: '我的',
        iconPath: 'assets/tab-me.png',
        selectedIconPath: 'assets/tab-me-selected.png',
      },
    ],
  },
  __usePrivacyCheck__: true,
  lazyCodeLoading: 'requiredComponents',
});
