import type { DocumentVersion } from '../documents';

export const BANK_CARD: readonly DocumentVersion[] = [
  {
    version: '2026-11-01',
    text: {
      'zh-CN': {
        title: '银行卡信息（敏感个人信息）单独同意书',
        paragraphs: [
          '银行卡号是敏感个人信息，一旦泄露可能危害您的财产安全。我们仅为绑定和识别您的银行卡而处理卡号。',
          '卡号以独立密钥加密保存，仅显示后四位；我们从不保存安全码（CVV）、有效期或磁道信息。',
          '不同意不影响用其他方式付款。您可以随时撤回，撤回后全部已绑银行卡即被删除、卡号即被销毁。',
        ],
      },
      en: {
        title: 'Separate consent for bank cards (sensitive information)',
        paragraphs: [
          'The number of a bank card is sensitive: what you own may be at risk if it leaks. We handle it only to bind your card and to know it again.',
          'It is kept encrypted under a key of its own and shown by its last four digits; we never keep the security code, the expiry date or the magnetic stripe.',
          'You can pay in other ways without it. You can withdraw at any time: all bound cards are removed then and their numbers destroyed.',
        ],
      },
    },
  },
];
