import type { DocumentVersion } from '../documents';

export const PRIVACY_POLICY: readonly DocumentVersion[] = [
  {
    version: '2026-11-01',
    text: {
      'zh-CN': {
        title: '隐私政策',
        paragraphs: [
          '本政策说明 TPWallet 处理哪些个人信息、为什么处理、保存多久，以及您如何行使查阅、复制、更正、删除和撤回同意的权利。您不同意时仍可浏览商家，但无法登录和付款。',
          '登录：我们向微信或支付宝取得您在本小程序内的用户标识（OpenID），用于识别您的账户。我们不取得您的昵称、头像或通讯录。',
          '设备：首次打开时在本机生成的随机设备号、设备型号、登录时间和粗略的网络位置，用于展示您的登录设备和防范盗用。',
          '交易：您向哪家商家付款、金额、手续费、优惠、积分、退款和付款备注，用于完成交易、对账和客服。付款由微信支付或支付宝完成，我们把订单号和金额告知它们，它们把支付结果告知我们。',
          '安全：支付密码仅以加盐慢哈希保存；每笔付款、登录会按规则评估风险，结果可能是放行、要求验证或拦截，您可以在安全中心申诉并要求人工处理。',
          '手机号和银行卡号属于单独同意的事项，只有您另行同意后才会处理，加密保存，您可以随时撤回并删除。',
          '保存期限：注销账户后，会话、设备、密码、验证方式、银行卡、手机号和消息立即删除；订单、账务和风险记录按法律要求以匿名账户编号保存（电子商务交易信息自交易完成之日起不少于三年，支付及客户交易记录至少五年），期满前不作他用。',
          '您的权利：在“我的—隐私”中可查看并撤回同意、导出您的全部信息、注销账户。撤回同意不影响撤回前已进行的处理。',
          '我们不向第三方出售个人信息，不用于广告。不满十四周岁的未成年人请勿使用。本政策更新时会再次征求您的同意。',
        ],
      },
      en: {
        title: 'Privacy policy',
        paragraphs: [
          'This policy says which personal information TPWallet handles, why, for how long, and how you see, copy, correct or delete it and withdraw your consent. If you decline you can still look at merchants, but not sign in or pay.',
          'Signing in: WeChat or Alipay tells us an identifier of you for this mini-program (OpenID), by which we know your account. We take no nickname, picture or contacts.',
          'Device: a random number made on this device when it is first opened, its model, when it signed in and a coarse network location, to show you your devices and to guard against misuse.',
          'Payments: which merchant you paid, amounts, fees, discounts, points, refunds and remarks, to carry payments out, to reconcile and to help you. WeChat Pay or Alipay moves the money: we tell them order number and amount, they tell us the outcome.',
          'Security: of the payment PIN only a slow salted hash is kept. Payments and sign-ins are judged by rules, which may let them pass, ask for a check or stop them; you can appeal in the security centre and have a person look at it.',
          'Phone and bank card numbers are handled only after a separate consent, kept encrypted, and deleted when you withdraw it.',
          'How long: once an account is deleted its sessions, devices, PIN, factors, cards, phone and messages are gone. Orders, books and risk records stay under a pseudonymous number as the law asks (at least three years for e-commerce transactions, at least five for payment records) and serve nothing else.',
          'Your rights: under Me, Privacy, you see and withdraw consents, export all that is kept about you and delete your account. A withdrawal does not touch what was done before.',
          'We sell no personal information and use none for advertising. Nobody under fourteen may use this. When this policy changes you are asked again.',
        ],
      },
    },
  },
];
