import type { z } from 'zod';

import type * as schemas from './schemas';

export type { ErrorCode, Language } from './errors';

export type Host = z.infer<typeof schemas.hostSchema>;
export type Method = z.infer<typeof schemas.methodSchema>;
export type Problem = z.infer<typeof schemas.problemSchema>;
export type SessionCreate = z.infer<typeof schemas.sessionCreateSchema>;
export type SessionRefresh = z.infer<typeof schemas.sessionRefreshSchema>;
export type Session = z.infer<typeof schemas.sessionSchema>;
export type Account = z.infer<typeof schemas.accountSchema>;
export type CategoryId = z.infer<typeof schemas.categoryIdSchema>;
export type Category = z.infer<typeof schemas.categorySchema>;
export type CategoryList = z.infer<typeof schemas.categoryListSchema>;
export type Merchant = z.infer<typeof schemas.merchantSchema>;
export type MerchantSearch = z.input<typeof schemas.merchantSearchSchema>;
export type MerchantList = z.infer<typeof schemas.merchantListSchema>;
export type PaymentLink = z.infer<typeof schemas.paymentLinkSchema>;
export type Payee = z.infer<typeof schemas.payeeSchema>;
export type QuoteCreate = z.infer<typeof schemas.quoteCreateSchema>;
export type PriceLine = z.infer<typeof schemas.priceLineSchema>;
export type MethodPrice = z.infer<typeof schemas.methodPriceSchema>;
export type Quote = z.infer<typeof schemas.quoteSchema>;
export type OrderState = z.infer<typeof schemas.orderStateSchema>;
export type AttemptState = z.infer<typeof schemas.attemptStateSchema>;
export type OrderCreate = z.input<typeof schemas.orderCreateSchema>;
export type Order = z.infer<typeof schemas.orderSchema>;
export type OrderHistoryEntry = z.infer<typeof schemas.orderHistoryEntrySchema>;
export type OrderDetail = z.infer<typeof schemas.orderDetailSchema>;
export type OrderListQuery = z.input<typeof schemas.orderListQuerySchema>;
export type OrderList = z.infer<typeof schemas.orderListSchema>;
export type AttemptCreate = z.infer<typeof schemas.attemptCreateSchema>;
export type Invocation = z.infer<typeof schemas.invocationSchema>;
export type Attempt = z.infer<typeof schemas.attemptSchema>;
export type OrderPaidEvent = z.infer<typeof schemas.orderPaidEventSchema>;
export type JobName = z.infer<typeof schemas.jobNameSchema>;
