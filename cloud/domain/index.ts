export * from './codes';
export * from './ledger';
export * from './money';
export * from './orders';
export * from './pricing';
export * from './reconcile';
