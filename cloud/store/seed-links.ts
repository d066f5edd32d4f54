import { linkCode } from '../domain';

/** A link's code from a number, so that the seeded links are the same everywhere. */
const codeOf = (ordinal: number): string =>
  linkCode(Uint8Array.from({ length: 9 }, (_, at) => ordinal * 7 + at * 5));

/** Codes of seeded links to open, show and test with. */
export const SEED_LINKS = {
  /** 山茶咖啡, amount entered by the payer. */
  openAmount: codeOf(1),
  /** 星河影院, ¥88.00. */
  fixedAmount: codeOf(2),
  /** 山野民宿, ¥1,280.00, above what is free of fees. */
  fixedLargeAmount: codeOf(3),
  /** 老巷牛肉面, over since long. */
  expired: codeOf(4),
  /** 旧时光照相馆, which takes no payments. */
  closedMerchant: codeOf(5),
} as const;

/** The code of the coupon that is seeded for development. */
export const SEED_COUPON = 'TPWALLET';
