export * from './book';
export * from './check';
export * from './earn';
export * from './redeem';
export * from './rules';
export * from './tiers';
