export default definePageConfig({ navigationBarTitleText: 'TPWallet' });
