export default definePageConfig({ navigationBarTitleText: 'TPWallet', enablePullDownRefresh: true });
