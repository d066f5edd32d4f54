import type { DocumentVersion } from '../documents';

export const ACCOUNT_LINKING: readonly DocumentVersion[] = [
  {
    version: '2026-11-01',
    text: {
      'zh-CN': {
        title: '关联微信与支付宝账户同意书',
        paragraphs: [
          '关联后，您在微信和支付宝中登录同一个账户。我们比对两个账户已验证的手机号（仅比对加密索引，不解密号码），以确认属于同一人。',
          '出示关联码的账户保留；另一账户的订单、退款、积分、银行卡、消息和安全记录并入保留的账户，其支付密码、身份验证器和手机号即被销毁，所有登录随即退出。限额与风险记录合并计算。',
          '不同意不影响使用。您可以随时解除关联：被解除的应用下次登录时使用新账户，已并入的内容不会移回。',
        ],
      },
      en: {
        title: 'Consent to link WeChat and Alipay',
        paragraphs: [
          'Once linked, you sign in to one account in WeChat and in Alipay. To make sure that both are yours we compare the verified phone numbers of the two accounts, by an encrypted index and without opening either.',
          'The account that shows the code stays. Orders, refunds, points, cards, messages and security events of the other become part of it; the payment PIN, authenticator and phone of the other are destroyed and it is signed out everywhere. Limits and risk records count together.',
          'Everything works without this. You can take a login off at any time: that app then signs in to a new account, and nothing moves back.',
        ],
      },
    },
  },
];
