/** A function as it is deployed: which folders of `cloud/functions` it mounts, and the paths that lead to it. */
export interface DeployedFunction {
  readonly name: string;
  readonly mounts: readonly string[];
  /** Prefixes; the platform routes by the longest. */
  readonly paths: readonly string[];
}

/** Attempts live under their orders' path, and the platform routes by prefix, so both are deployed together. */
export const HTTP_FUNCTIONS: readonly DeployedFunction[] = [
  {
    name: 'session',
    mounts: ['session', 'personal', 'message', 'risk'],
    paths: ['/v1/sessions', '/v1/me', '/v1/documents', '/v1/messages', '/v1/risk'],
  },
  {
    name: 'merchant',
    mounts: ['merchant', 'openapi'],
    paths: ['/v1/categories', '/v1/merchants', '/v1/links', '/v1/openapi.json'],
  },
  { name: 'fee', mounts: ['fee', 'promotion'], paths: ['/v1/quotes', '/v1/promotions'] },
  { name: 'order', mounts: ['order', 'payment'], paths: ['/v1/orders'] },
  { name: 'card', mounts: ['card'], paths: ['/v1/cards'] },
  { name: 'points', mounts: ['points'], paths: ['/v1/points'] },
  { name: 'payout', mounts: ['payout'], paths: ['/v1/payouts'] },
  { name: 'security', mounts: ['security'], paths: ['/v1/security'] },
  { name: 'ledger', mounts: ['ledger'], paths: ['/v1/ledger'] },
  { name: 'notification', mounts: ['notification'], paths: ['/v1/notify'] },
  { name: 'operator', mounts: ['operator'], paths: ['/v1/operator'] },
  { name: 'job', mounts: ['job'], paths: ['/v1/jobs'] },
];

/** Runs the due jobs once a minute. Seconds, minutes, hours, days, months, weekdays, years. */
export const TIMER = { name: 'timer', cron: '0 * * * * * *' } as const;
