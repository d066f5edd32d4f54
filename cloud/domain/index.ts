export * from './blocks';
export * from './codes';
export * from './ledger';
export * from './merkle';
export * from './money';
export * from './orders';
export * from './pricing';
