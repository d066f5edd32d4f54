/** How orders can be paid. */
export type PaymentMethod = 'wechat' | 'alipay';
export const PAYMENT_METHODS: readonly PaymentMethod[] = ['wechat', 'alipay'];
