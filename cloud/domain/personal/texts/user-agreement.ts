import type { DocumentVersion } from '../documents';

export const USER_AGREEMENT: readonly DocumentVersion[] = [
  {
    version: '2026-11-01',
    text: {
      'zh-CN': {
        title: '用户协议',
        paragraphs: [
          'TPWallet 帮您向商家付款。资金始终由微信支付或支付宝收付，我们不保管您的资金，不提供储值、转账或理财。',
          '付款前会显示手续费、优惠和积分及其原因；确认付款后，以支付渠道的结果为准。重复付款或订单关闭后的付款会自动原路退回。',
          '积分由本服务赠送，不能兑换现金，有有效期；注销账户时未使用的积分失效。',
          '请妥善保管手机和支付密码。发现异常请立即在安全中心锁定账户。有欺诈嫌疑的交易可能被拦截，您可以申诉。',
          '您可以随时注销账户；尚有未完成的订单、退款、返现或账户被锁定时，需先处理完毕。',
        ],
      },
      en: {
        title: 'User agreement',
        paragraphs: [
          'TPWallet helps you pay merchants. Money is always moved by WeChat Pay or Alipay: we hold none of it, and offer no balance, transfers or investments.',
          'Before you pay you see fees, discounts and points and why they apply; what counts is the outcome that the payment channel tells. What was paid twice, or for a closed order, goes back by itself.',
          'Points are a gift, cannot be turned into money and expire; those unused lapse when an account is deleted.',
          'Take care of your phone and your payment PIN. If anything looks wrong, lock the account in the security centre. Payments that look like fraud may be stopped; you can appeal.',
          'You can delete your account at any time, once nothing is open: orders, refunds, cashback, or a lock.',
        ],
      },
    },
  },
];
