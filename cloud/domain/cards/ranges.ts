export type CardScheme = 'unionpay' | 'visa' | 'mastercard' | 'jcb' | 'amex';
export type CardKind = 'debit' | 'credit';

/** Numbers that begin with one of these belong to a scheme. */
export interface SchemeRange {
  readonly scheme: CardScheme;
  /** First and last prefix, of the same length. */
  readonly from: string;
  readonly to: string;
  readonly lengths: readonly number[];
}

/** Issuers' ranges of each scheme (ISO/IEC 7812 as the schemes publish them). */
export const SCHEME_RANGES: readonly SchemeRange[] = [
  { scheme: 'unionpay', from: '62', to: '62', lengths: [16, 17, 18, 19] },
  { scheme: 'unionpay', from: '81', to: '81', lengths: [16, 17, 18, 19] },
  { scheme: 'visa', from: '4', to: '4', lengths: [13, 16, 19] },
  { scheme: 'mastercard', from: '51', to: '55', lengths: [16] },
  { scheme: 'mastercard', from: '2221', to: '2720', lengths: [16] },
  { scheme: 'jcb', from: '3528', to: '3589', lengths: [16, 17, 18, 19] },
  { scheme: 'amex', from: '34', to: '34', lengths: [15] },
  { scheme: 'amex', from: '37', to: '37', lengths: [15] },
];

export interface BankRange {
  /** Code of the bank as the gateways write it. */
  readonly bank: string;
  readonly kind: CardKind;
  /** The first six digits. */
  readonly prefix: string;
  readonly length: number;
}

/** Ranges of China's large banks that millions of cards are of. */
export const BANK_RANGES: readonly BankRange[] = [
  { bank: 'ICBC', kind: 'debit', prefix: '622202', length: 19 },
  { bank: 'ICBC', kind: 'debit', prefix: '621226', length: 19 },
  { bank: 'ABC', kind: 'debit', prefix: '622848', length: 19 },
  { bank: 'BOC', kind: 'debit', prefix: '621660', length: 19 },
  { bank: 'BOC', kind: 'debit', prefix: '621661', length: 19 },
  { bank: 'CCB', kind: 'debit', prefix: '622700', length: 19 },
  { bank: 'CCB', kind: 'debit', prefix: '621700', length: 19 },
  { bank: 'COMM', kind: 'debit', prefix: '622260', length: 19 },
  { bank: 'PSBC', kind: 'debit', prefix: '622188', length: 19 },
  { bank: 'PSBC', kind: 'debit', prefix: '621799', length: 19 },
  { bank: 'CMB', kind: 'debit', prefix: '622588', length: 16 },
  { bank: 'CMB', kind: 'debit', prefix: '621483', length: 16 },
  { bank: 'SPDB', kind: 'debit', prefix: '622521', length: 16 },
  { bank: 'CMBC', kind: 'debit', prefix: '622622', length: 16 },
  { bank: 'CEB', kind: 'debit', prefix: '622663', length: 16 },
  { bank: 'CIB', kind: 'debit', prefix: '622908', length: 18 },
  { bank: 'GDB', kind: 'debit', prefix: '622568', length: 19 },
];
