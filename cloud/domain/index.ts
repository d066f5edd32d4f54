export * from './calendar';
export * from './codes';
export * from './holidays';
export * from './ledger';
export * from './money';
export * from './orders';
export * from './pricing';
export * from './settlements';
