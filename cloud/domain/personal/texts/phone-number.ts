import type { DocumentVersion } from '../documents';

export const PHONE_NUMBER: readonly DocumentVersion[] = [
  {
    version: '2026-11-01',
    text: {
      'zh-CN': {
        title: '手机号使用同意书',
        paragraphs: [
          '经您同意，我们向微信或支付宝取得您的手机号，仅用于向您发送安全验证码。',
          '手机号加密保存，仅显示前三位和后四位。发送验证码时会交给短信服务商腾讯云。',
          '不同意不影响付款。您可以随时撤回，撤回后手机号即被销毁，短信验证不再可用。',
        ],
      },
      en: {
        title: 'Consent for your phone number',
        paragraphs: [
          'With your consent WeChat or Alipay tells us your phone number, to send you security codes and for nothing else.',
          'It is kept encrypted and shown by its first three and last four digits only. To send a code it is handed to the SMS service, Tencent Cloud.',
          'You can pay without it. You can withdraw at any time: the number is destroyed then, and codes by SMS end.',
        ],
      },
    },
  },
];
