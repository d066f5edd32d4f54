import { linkPagePath } from '../../contract/paths';
import type { Merchant, PaymentLink } from '../../contract/types';
import type { LinkRow, MerchantRow } from '../../store';

/** A merchant as the contract tells it. */
export const merchantAnswer = (merchant: MerchantRow): Merchant => ({
  id: merchant.id,
  name: merchant.name,
  category: merchant.category,
  description: merchant.description,
  city: merchant.city,
  logoText: merchant.logoText,
  logoColor: merchant.logoColor,
  open: merchant.open,
});

/** A payment link as the contract tells it. */
export const linkAnswer = (link: LinkRow, publicBaseUrl: string): PaymentLink => ({
  code: link.code,
  url: publicBaseUrl + linkPagePath(link.code),
  merchant: merchantAnswer(link.merchant),
  amountFen: link.amountFen,
  remark: link.remark,
  expiresAt: link.expiresAt?.toISOString() ?? null,
});
