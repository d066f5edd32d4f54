export { CardNumber, fitsLuhn, readCard, type Card } from './number';
export { BANK_RANGES, SCHEME_RANGES, type CardKind, type CardScheme } from './ranges';
